import { epochReaching, seedCurve } from '../figures/seedCurve';
import type { Paper, PaperNetwork } from '../results/paper';
import type { NetworkRuns } from './summary';

/** The paper's pairs of about equal cost: the plain network and the residual one. */
export const networkPairs: readonly (readonly [plain: PaperNetwork, residual: PaperNetwork])[] = [
  ['inception-v3', 'inception-resnet-v1'],
  ['inception-v4', 'inception-resnet-v2'],
];

/** An error by epoch. */
interface Curve {
  readonly epoch: readonly number[];
  readonly error: readonly number[];
}

/** The first epochs at which the two networks of a pair are at or below an error. */
export interface EpochsToError {
  readonly errorPercent: number;
  readonly plain: number;
  readonly residual: number;
}

/** Epochs to reach a top-1 error in the paper's digitised curves, at whole percents, the lowest `count` of them. */
export function epochsInPaper(
  paper: Paper,
  [plain, residual]: readonly [PaperNetwork, PaperNetwork],
  count = 5,
): EpochsToError[] {
  const curve = (network: PaperNetwork): Curve => {
    const { epoch, errorPercent } = paper.curves[network].top1;
    return { epoch, error: errorPercent };
  };
  return epochsToError(curve(plain), curve(residual), count);
}

/** Epochs to reach a mean top-1 error here, at whole percents, the lowest `count` of those that both networks reach. */
export function epochsHere(plain: NetworkRuns, residual: NetworkRuns, count = 5): EpochsToError[] {
  const curve = ({ runs }: NetworkRuns): Curve => {
    const { epoch, mean } = seedCurve(runs, 'top1');
    return { epoch, error: mean };
  };
  return epochsToError(curve(plain), curve(residual), count);
}

/** Leaves out errors at or above a curve's first point, since it may have been reached earlier. */
function epochsToError(plain: Curve, residual: Curve, count: number): EpochsToError[] {
  const lowest = Math.ceil(Math.max(Math.min(...plain.error), Math.min(...residual.error)));
  const highest = Math.min(plain.error[0], residual.error[0]);
  const levels = Array.from(
    { length: Math.max(0, Math.ceil(highest - lowest)) },
    (_, i) => lowest + i,
  );
  const step = Math.max(1, Math.floor(levels.length / count));
  return levels
    .filter((_, index) => index % step === 0)
    .slice(0, count)
    .reverse()
    .flatMap((errorPercent) => {
      const first = epochReaching(errorPercent, plain.epoch, plain.error);
      const second = epochReaching(errorPercent, residual.epoch, residual.error);
      if (first === undefined || second === undefined) return [];
      return [{ errorPercent, plain: first, residual: second }];
    });
}
