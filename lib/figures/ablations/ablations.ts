import type { Ablation } from './ablation';
import { crops } from './crops';
import { deathByDepth } from './deathByDepth';
import { longHorizon } from './longHorizon';
import { mechanism } from './mechanism';
import { optimizers } from './optimizers';
import { rateAndScale } from './rateAndScale';
import { remedies } from './remedies';
import { residualToTrunk } from './residualToTrunk';
import { width } from './width';
import { zerosByStep } from './zerosByStep';

/** The figures that the paper does not have, in the order of its sections. */
export const ABLATIONS: readonly Ablation[] = [
  zerosByStep,
  deathByDepth,
  rateAndScale,
  width,
  longHorizon,
  residualToTrunk,
  mechanism,
  remedies,
  optimizers,
  crops,
];
