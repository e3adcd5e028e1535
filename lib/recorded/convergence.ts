import type { Figure } from '../figures/figure';
import { lineFigure } from '../figures/lines';
import { seedCurve } from '../figures/seedCurve';
import { networkCost } from '../models/cost';
import { buildNetwork, type NetworkConfig } from '../models/networks';
import { epochsHere, epochsInPaper } from '../report/epochsToError';
import { finishedRuns, type NetworkRuns, spread } from '../report/summary';
import { readClaimRecords } from '../results/claimRecords';
import { newestRecords } from '../results/newestSetting';
import { type PaperNetwork, readPaper } from '../results/paper';
import type { RunRecord } from '../results/record';
import type { Scale } from '../results/scale';

/** A plain network and its residual counterpart of about equal cost. */
export type NetworkPair = readonly [plain: PaperNetwork, residual: PaperNetwork];

type Row = Readonly<Record<string, string | number>>;

/**
 * The networks of the recorded `convergence` runs, for `showTable`: width, blocks of the three grids, convolutions, cost of
 * one image, runs, and milliseconds of a training step (mean over the runs; other programs may have run beside them).
 *
 * From the largest scale that has records unless one is given. Throws a LabError where there are none.
 */
export function networkRows(scale?: Scale): readonly Row[] {
  return finishedRuns(newestRecords('convergence', scale).records).map(({ network, runs }) => {
    const { network: config } = runs[0].run.config;
    const { convolutions, trainableParameters, multiplyAdds } = networkCost(buildNetwork(config));
    const { a, b, c } = config.repeats;
    return {
      ...{ network, width: config.width, blocks: `${a}, ${b}, ${c}`, convolutions },
      'parameters (thousand)': Math.round(trainableParameters / 1e3),
      'multiply-adds (million)': (multiplyAdds / 1e6).toFixed(1),
      ...{ runs: runs.length, 'step (ms)': (1e3 * meanStepSeconds(runs)).toFixed(0) },
    };
  });
}

/**
 * How many epochs the networks of a pair take to a top-1 error, and the ratio, for `showTable`: `here` of the mean over the
 * recorded runs, or in the `paper`'s curves (Figs. 21 and 23); at five whole percents that both reach.
 *
 * Throws a LabError where a network has no records.
 */
export function epochsToErrorRows(
  [plain, residual]: NetworkPair,
  where: 'here' | 'paper',
  scale?: Scale,
): readonly Row[] {
  const found =
    where === 'paper'
      ? epochsInPaper(readPaper(), [plain, residual])
      : epochsHere(runsOf(plain, scale), runsOf(residual, scale));
  return found.map((row) => ({
    'top-1 error (%)': row.errorPercent,
    [`${plain}, epochs`]: row.plain,
    [`${residual}, epochs`]: row.residual,
    ratio: (row.plain / row.residual).toFixed(2),
  }));
}

/**
 * Top-1 error by epoch of a pair as deep as it was recorded last and, where such runs are recorded, with fewer blocks; lines
 * are means over the seeds.
 */
export function depthFigure([plain, residual]: NetworkPair, scale: Scale = 'standard'): Figure {
  const { runs, shallow = [] } = readClaimRecords(scale);
  const lines = [runs.convergence ?? [], shallow].flatMap((records) =>
    finishedRuns(records)
      .filter(({ network }) => network === plain || network === residual)
      .map((network) => {
        const { epoch, mean } = seedCurve(network.runs, 'top1');
        return { name: depthName(network), x: epoch, y: mean };
      }),
  );
  const title = `Top-1 error of ${plain} and ${residual} by their number of blocks`;
  return lineFigure(
    `depth-${residual}`,
    { title, xTitle: 'Epoch', yTitle: 'Error (top-1) %' },
    lines,
  );
}

function runsOf(network: PaperNetwork, scale: Scale | undefined): NetworkRuns {
  const { records } = newestRecords('convergence', scale);
  const runs = records.filter(({ run }) => run.config.network.name === network);
  return { network, runs: finishedRuns(runs).flatMap((found) => found.runs) };
}

function depthName({ network, runs }: NetworkRuns): string {
  return `${network}, ${blocksOf(runs[0].run.config.network)} blocks`;
}

function blocksOf({ repeats: { a, b, c } }: NetworkConfig): number {
  return a + b + c;
}

function meanStepSeconds(runs: readonly RunRecord[]): number {
  const ofRun = ({ epochs }: RunRecord): number =>
    epochs.reduce((sum, { seconds }) => sum + seconds.train, 0) / (epochs.at(-1)?.step ?? 1);
  return spread(runs.map(ofRun)).mean;
}
