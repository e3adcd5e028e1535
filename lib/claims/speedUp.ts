import { errorOf } from '../figures/seedCurve';
import { spread } from '../report/summary';
import type { Metric, Paper, PaperNetwork } from '../results/paper';
import type { RunRecord } from '../results/record';
import type { SeedPair } from './seedPairs';

/** An error by some measure of progress, both as long. */
interface Course {
  readonly progress: readonly number[];
  readonly error: readonly number[];
}

/**
 * How many times as many epochs the plain network of a pair takes to an error as the residual one, in the paper's digitised
 * curves, at each of some levels that both reach after their first point.
 */
export function speedUpInPaper(
  paper: Paper,
  [plain, residual]: readonly [PaperNetwork, PaperNetwork],
  levels: readonly number[],
): readonly number[] {
  const course = (network: PaperNetwork): Course => {
    const { epoch, errorPercent } = paper.curves[network].top1;
    return { progress: epoch, error: errorPercent };
  };
  return ratios(course(plain), course(residual), levels);
}

/**
 * The same for each pair of runs: the mean over all whole percents that both reach after their first epoch; undefined
 * where they reach none.
 */
export function speedUps(pairs: readonly SeedPair[], metric: Metric): readonly number[] {
  return pairs.flatMap(({ first, second }) =>
    meanRatio(courseByEpoch(first, metric), courseByEpoch(second, metric)),
  );
}

/** The same by seconds of training, without evaluation, each network at the mean time of its own epochs. */
export function speedUpsByTime(pairs: readonly SeedPair[], metric: Metric): readonly number[] {
  return pairs.flatMap(({ first, second }) =>
    meanRatio(courseByTime(first, metric), courseByTime(second, metric)),
  );
}

/** Mean seconds of a training step, waiting for images and compiling among them. */
export function stepSeconds({ epochs }: RunRecord): number {
  const seconds = epochs.reduce((sum, line) => sum + line.seconds.train, 0);
  return seconds / (epochs.at(-1)?.step ?? 0);
}

function courseByEpoch({ epochs }: RunRecord, metric: Metric): Course {
  return {
    progress: epochs.map(({ epoch }) => epoch),
    error: epochs.map((line) => errorOf(line, metric)),
  };
}

function courseByTime(record: RunRecord, metric: Metric): Course {
  const { error } = courseByEpoch(record, metric);
  const second = stepSeconds(record);
  return { progress: record.epochs.map(({ step }) => step * second), error };
}

/** One value, or none where no level is reached by both. */
function meanRatio(plain: Course, residual: Course): readonly number[] {
  const lowest = Math.ceil(Math.max(Math.min(...plain.error), Math.min(...residual.error)));
  const highest = Math.min(plain.error[0], residual.error[0]);
  const levels = Array.from(
    { length: Math.max(0, Math.ceil(highest - lowest)) },
    (_, i) => lowest + i,
  );
  const found = ratios(plain, residual, levels);
  return found.length > 0 ? [spread(found).mean] : [];
}

function ratios(plain: Course, residual: Course, levels: readonly number[]): readonly number[] {
  return levels.flatMap((level) => {
    const [slow, fast] = [reached(plain, level), reached(residual, level)];
    return slow !== undefined && fast !== undefined ? [slow / fast] : [];
  });
}

/** Where a course first comes down to a level, on a straight line between its points. */
function reached({ progress, error }: Course, level: number): number | undefined {
  const at = error.findIndex((value) => value <= level);
  if (at < 1) return undefined;
  const part = (error[at - 1] - level) / (error[at - 1] - error[at]);
  return progress[at - 1] + part * (progress[at] - progress[at - 1]);
}
