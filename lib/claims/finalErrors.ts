import { errorOf } from '../figures/seedCurve';
import { spread } from '../report/summary';
import type { Metric, Paper, PaperNetwork } from '../results/paper';
import { paperNetworks } from '../results/paper';
import type { RunRecord } from '../results/record';
import type { Claim, ClaimRecords, Measurement } from './claim';
import { isOf, networkSeedPairs } from './networkPairs';
import { runsOf } from './seedPairs';
import { counted, meanAndRange, paperName, scaleOf, signedRange } from './texts';
import { ruleOfEffects, verdictOfEffects } from './verdicts';

/** What the caption of a figure says of where a pair ends. */
interface Ending {
  readonly id: string;
  readonly plain: PaperNetwork;
  readonly residual: PaperNetwork;
  readonly figure: number;
  readonly metric: Metric;
  /** The residual network's end, by the caption. */
  readonly residualIs: 'worse' | 'better';
}

const SMALL = { plain: 'inception-v3', residual: 'inception-resnet-v1' } as const;
const LARGE = { plain: 'inception-v4', residual: 'inception-resnet-v2' } as const;

const ENDINGS: readonly Ending[] = [
  { id: 'v1-final-top1', ...SMALL, figure: 21, metric: 'top1', residualIs: 'worse' },
  { id: 'v1-final-top5', ...SMALL, figure: 22, metric: 'top5', residualIs: 'better' },
  { id: 'v2-final-top1', ...LARGE, figure: 23, metric: 'top1', residualIs: 'better' },
  { id: 'v2-final-top5', ...LARGE, figure: 24, metric: 'top5', residualIs: 'better' },
];

const TITLES: Readonly<Record<Metric, string>> = { top1: 'top-1', top5: 'top-5' };

/** The claims on the errors after the last epoch. */
export function finalErrorClaims(deviations: string): readonly Claim[] {
  return [...ENDINGS.map((ending) => endingClaim(ending, deviations)), sizeClaim(deviations)];
}

function endingClaim(ending: Ending, deviations: string): Claim {
  const { plain, residual, figure, metric, residualIs } = ending;
  return {
    ...{ id: ending.id, experiment: 'convergence', deviations },
    section: `Fig. ${figure}, Table 2`,
    title: `${paperName(residual)} ends slightly ${residualIs} than ${paperName(plain)} (${TITLES[metric]})`,
    says: (paper) =>
      `The residual network ends slightly ${residualIs} by ${TITLES[metric]} error. Table 2: ${paperName(plain)} ` +
      `${tableTwo(paper, plain, metric)} %, ${paperName(residual)} ${tableTwo(paper, residual, metric)} %.`,
    expects: (paper) =>
      `${tableTwo(paper, residual, metric)} against ${tableTwo(paper, plain, metric)} %`,
    rule: ruleOfEffects('pair of seeds', `the residual network's last error is ${residualIs}`),
    measure: ({ runs }) => measureEnding(runs.convergence ?? [], ending),
  };
}

function measureEnding(
  records: readonly RunRecord[],
  { plain, residual, metric, residualIs }: Ending,
): Measurement | undefined {
  const pairs = networkSeedPairs(records, plain, residual);
  if (pairs.length === 0) return undefined;
  const plains = pairs.map(({ first }) => lastError(first, metric));
  const residuals = pairs.map(({ second }) => lastError(second, metric));
  const worse = residuals.map((error, index) => error - plains[index]);
  return {
    value: `${meanAndRange(residuals, 1)} against ${meanAndRange(plains, 1)} %`,
    runs: counted(pairs.length, 'pair'),
    details: `Difference ${signedRange(worse, 1)} points.`,
    verdict: verdictOfEffects(worse.map((points) => (residualIs === 'worse' ? points : -points))),
    scale: scaleOf(runsOf(pairs)),
  };
}

function sizeClaim(deviations: string): Claim {
  return {
    ...{ id: 'size-decides', experiment: 'convergence', section: 'Figs. 25 and 26', deviations },
    title: 'The final error depends mainly on the size',
    says: (paper) =>
      'The final accuracy seems to depend mainly on the size of the model. Table 2, top-1: ' +
      `${paperNetworks.map((network) => `${paperName(network)} ${tableTwo(paper, network, 'top1')} %`).join(', ')}.`,
    expects: (paper) => {
      const { sizes, kinds } = gaps((network) => Number(tableTwo(paper, network, 'top1')));
      return `${sizes.toFixed(1)} against ${kinds.toFixed(1)} points`;
    },
    rule: ruleOfEffects(
      'seed',
      'the gain from the smaller to the larger pair is above the distance within the pairs (top-1)',
    ),
    measure: measureSize,
  };
}

function measureSize({ runs }: ClaimRecords): Measurement | undefined {
  const records = (runs.convergence ?? []).filter(({ final }) => final?.status === 'done');
  const bySeed = [...new Set(records.map(({ run }) => run.config.seed))].flatMap((seed) => {
    const own = records.filter(({ run }) => run.config.seed === seed);
    return paperNetworks.every((network) => own.some(isOf(network))) ? [own] : [];
  });
  if (bySeed.length === 0) return undefined;
  const found = bySeed.map((own) =>
    gaps((network) => spread(own.filter(isOf(network)).map((run) => lastError(run, 'top1'))).mean),
  );
  return {
    value:
      `${meanAndRange(
        found.map(({ sizes }) => sizes),
        1,
      )} ` +
      `against ${meanAndRange(
        found.map(({ kinds }) => kinds),
        1,
      )} points`,
    runs: counted(bySeed.flat().length, 'run'),
    verdict: verdictOfEffects(found.map(({ sizes, kinds }) => sizes - kinds)),
    scale: scaleOf(bySeed.flat()),
  };
}

/** Points between the means of the two pairs, and on the mean between the networks of a pair. */
function gaps(errorOfNetwork: (network: PaperNetwork) => number) {
  const [small, large] = [SMALL, LARGE].map(({ plain, residual }) => [
    errorOfNetwork(plain),
    errorOfNetwork(residual),
  ]);
  const apart = ([a, b]: readonly number[]) => Math.abs(a - b);
  return {
    sizes: spread(small).mean - spread(large).mean,
    kinds: spread([apart(small), apart(large)]).mean,
  };
}

function lastError({ epochs }: RunRecord, metric: Metric): number {
  return spread(epochs.slice(-1).map((line) => errorOf(line, metric))).mean;
}

function tableTwo(paper: Paper, network: PaperNetwork, metric: Metric): string {
  const rows = paper.table2.rows.filter((row) => row.network === network);
  return spread(rows.map((row) => row[metric])).mean.toFixed(1);
}
