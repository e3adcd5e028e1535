import { judgeClaims, type JudgedClaim } from '../../lib/claims/catalogue';
import type { ClaimRecords, Measurement } from '../../lib/claims/claim';
import { readPaper } from '../../lib/results/paper';

/** What is measured of one claim by records of which only some are there. */
export function measured(id: string, records: Partial<ClaimRecords>): Measurement | undefined {
  return judged(id, records).measured;
}

/** One claim, judged by such records. Throws an Error for an unknown id. */
export function judged(id: string, records: Partial<ClaimRecords>): JudgedClaim {
  const all = judgeClaims({ paper: readPaper(), runs: {}, evaluations: [], ...records });
  const found = all.find(({ claim }) => claim.id === id);
  if (!found) throw new Error(`There is no claim "${id}".`);
  return found;
}
