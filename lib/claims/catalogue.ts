import type { Claim, ClaimRecords, Measurement } from './claim';
import { CONVERGENCE_CLAIMS } from './convergence';
import { CROP_CLAIMS } from './crops';
import { ENSEMBLE_CLAIMS } from './ensembles';
import { OPTIMIZER_CLAIMS } from './optimizers';
import { RESIDUAL_SCALING_CLAIMS } from './residualScaling';
import { WARM_UP_CLAIMS } from './warmUp';

/** Every claim, in the order of the experiments. */
export const CLAIMS: readonly Claim[] = [
  ...CONVERGENCE_CLAIMS,
  ...RESIDUAL_SCALING_CLAIMS,
  ...WARM_UP_CLAIMS,
  ...OPTIMIZER_CLAIMS,
  ...CROP_CLAIMS,
  ...ENSEMBLE_CLAIMS,
];

/** A claim beside what was measured of it; nothing where no record decides on it. */
export interface JudgedClaim {
  readonly claim: Claim;
  readonly measured?: Measurement;
}

/** Judges every claim by the records. */
export function judgeClaims(records: ClaimRecords): readonly JudgedClaim[] {
  return CLAIMS.map((claim) => ({ claim, measured: claim.measure(records) }));
}
