import type { BenchResult } from '../bench/benchRecord';
import type { Metric, Paper, PaperNetwork } from '../results/paper';
import type { Claim, ClaimRecords, Measurement } from './claim';
import { depthClaim } from './depth';
import { finalErrorClaims } from './finalErrors';
import { networkSeedPairs } from './networkPairs';
import { runsOf, type SeedPair } from './seedPairs';
import { speedUpInPaper, speedUps, speedUpsByTime, stepSeconds } from './speedUp';
import { counted, meanAndRange, paperName, scaleOf } from './texts';
import { ruleOfEffects, verdictOfEffects } from './verdicts';

/** A pair of networks of about the same cost, and the errors at which the paper's curves are compared. */
interface Pair {
  readonly id: string;
  readonly plain: PaperNetwork;
  readonly residual: PaperNetwork;
  readonly figure: number;
  /** Top-1 errors in percent, from where the curves are legible to the lowest that both reach clearly. */
  readonly levels: readonly number[];
}

const PAIRS: readonly Pair[] = [
  {
    ...{ id: 'v1-speed', plain: 'inception-v3', residual: 'inception-resnet-v1', figure: 21 },
    levels: [25, 24, 23, 22, 21.5],
  },
  {
    ...{ id: 'v2-speed', plain: 'inception-v4', residual: 'inception-resnet-v2', figure: 23 },
    levels: [27, 25, 24, 23, 22],
  },
];

/** What all of them share; the numbers are in each row's scale. */
export const CONVERGENCE_DEVIATIONS =
  'Small images and networks, short training, batch size and averages of our own choice.';

/** How fast the networks train, and where they end (section 4, Figs. 21-26, Table 2). */
export const CONVERGENCE_CLAIMS: readonly Claim[] = [
  ...PAIRS.map(speedClaim),
  depthClaim(CONVERGENCE_DEVIATIONS),
  {
    id: 'v4-step',
    experiment: 'convergence',
    section: 'section 3.2',
    title: 'A step of Inception-v4 takes longer than one of Inception-ResNet-v2',
    says: () =>
      'Costs are equal, but the step time of Inception-v4 is significantly slower in practice.',
    expects: () => 'longer',
    rule: ruleOfEffects('pair of seeds', 'the step of Inception-v4 takes longer'),
    deviations: 'Times are rough: other programs ran on the same machine. No replicas.',
    measure: measureSteps,
  },
  ...finalErrorClaims(CONVERGENCE_DEVIATIONS),
];

function speedClaim(pair: Pair): Claim {
  const range = (paper: Paper) => speedUpInPaper(paper, [pair.plain, pair.residual], pair.levels);
  const expects = (paper: Paper) => {
    const found = range(paper);
    return `${Math.min(...found).toFixed(1)} to ${Math.max(...found).toFixed(1)} times`;
  };
  return {
    id: pair.id,
    experiment: 'convergence',
    section: `Fig. ${pair.figure}`,
    title: `${paperName(pair.residual)} trains faster than ${paperName(pair.plain)}`,
    says: (paper) =>
      `The residual network trains much faster at about the same cost. Read off the figure, ${paperName(pair.plain)} takes ` +
      `${expects(paper)} the epochs to the same top-1 error.`,
    expects,
    rule:
      ruleOfEffects(
        'pair of seeds',
        'the plain network takes more epochs',
        "the mean is at least the lowest of the paper's ratios",
      ) + ' A ratio is the mean over all whole percents of error that both reach.',
    deviations: CONVERGENCE_DEVIATIONS,
    measure: (records) =>
      measureSpeed(
        networkSeedPairs(records.runs.convergence ?? [], pair.plain, pair.residual),
        range(records.paper),
      ),
  };
}

function measureSpeed(
  pairs: readonly SeedPair[],
  inPaper: readonly number[],
): Measurement | undefined {
  const found = speedUps(pairs, 'top1');
  if (found.length === 0) return undefined;
  const also = (metric: Metric) => meanAndRange(speedUps(pairs, metric), 2);
  return {
    value: `${meanAndRange(found, 2)} times`,
    runs: counted(found.length, 'pair'),
    details:
      `By top-5 error ${also('top5')} times. By wall time, roughly, since other programs ran on the same machine, ` +
      `${meanAndRange(speedUpsByTime(pairs, 'top1'), 2)} times.`,
    verdict: verdictOfEffects(
      found.map((ratio) => ratio - 1),
      (mean) => mean >= Math.min(...inPaper) - 1,
    ),
    scale: scaleOf(runsOf(pairs)),
  };
}

/** The same ratio in the benchmark; undefined where it did not time both. */
function benchText(bench: BenchResult | undefined): string | undefined {
  const [plain, residual] = ['inception-v4-32', 'inception-resnet-v2-32'].map(
    (network) =>
      bench?.works
        ?.find(
          (work) =>
            work.network === network && work.phase === 'training' && work.precision === 'float32',
        )
        ?.contestants.find(({ name }) => name === 'lab')?.seconds.median,
  );
  if (plain === undefined || residual === undefined) return undefined;
  const ratio = (plain / residual).toFixed(2);
  return `In the benchmark of the front page, on an idle machine and at the depth of the figures, ${ratio} times as long.`;
}

function measureSteps(records: ClaimRecords): Measurement | undefined {
  const pairs = networkSeedPairs(
    records.runs.convergence ?? [],
    'inception-v4',
    'inception-resnet-v2',
  );
  if (pairs.length === 0) return undefined;
  const found = pairs.map(({ first, second }) => stepSeconds(first) / stepSeconds(second));
  return {
    value: `${meanAndRange(found, 2)} times as long`,
    runs: counted(pairs.length, 'pair'),
    details: benchText(records.bench),
    verdict: verdictOfEffects(found.map((ratio) => ratio - 1)),
    scale: scaleOf(runsOf(pairs)),
  };
}
