import { cellsOf, isAlike } from '../report/cells';
import { armOf, PAPER_ARM } from '../report/optimizerArms';
import { spread } from '../report/summary';
import type { RunRecord } from '../results/record';
import type { Claim, ClaimRecords, Measurement } from './claim';
import { runsOf, seedPairs } from './seedPairs';
import { counted, meanAndRange, scaleOf, signedRange } from './texts';
import { ruleOfEffects, verdictOfEffects } from './verdicts';

const DEVIATIONS =
  'One small network on small images, short training; the other settings were chosen for RMSProp.';

type Settings = RunRecord['run']['config'];

/** The optimizer and its averages (section 4). */
export const OPTIMIZER_CLAIMS: readonly Claim[] = [
  {
    id: 'rmsprop-best',
    experiment: 'optimizers',
    section: 'section 4',
    title: 'RMSProp is better than momentum',
    says: () =>
      'Earlier experiments used momentum with a decay of 0.9, the best models RMSProp with a decay of 0.9 and an epsilon of 1.0.',
    expects: () => 'lower error',
    rule: ruleOfEffects('seed', 'RMSProp ends with the lower top-1 error at the same rate'),
    deviations: DEVIATIONS,
    measure: (records) =>
      measureAgainst(records, ({ optimizer }) => optimizer.name === 'momentum', ['optimizer.name']),
  },
  {
    id: 'epsilon-one',
    experiment: 'optimizers',
    section: 'section 4',
    title: 'An epsilon of 1.0 is better than a small one',
    says: () =>
      'The best models were trained with RMSProp and an epsilon of 1.0; no other is mentioned.',
    expects: () => 'lower error',
    rule: ruleOfEffects(
      'seed',
      'epsilon 1 ends with the lower top-1 error than 0.001, at the better of two rates of the latter',
    ),
    deviations: DEVIATIONS,
    measure: measureEpsilon,
  },
  {
    id: 'averages-better',
    experiment: 'optimizers',
    section: 'section 4',
    title: 'Running averages of the weights evaluate better than the weights',
    says: () =>
      'Evaluations use a running average of the parameters computed over time; by how much it is better is not said.',
    expects: () => 'lower error',
    rule: ruleOfEffects('seed', 'the averages have the lower top-1 error after the last epoch'),
    deviations: DEVIATIONS,
    measure: measureAverages,
  },
];

/** The runs with the paper's choices; of several settings the newest. */
function paperRuns({ runs }: ClaimRecords): readonly RunRecord[] {
  const own = cellsOf(runs.optimizers ?? []).filter(({ config }) => armOf(config) === PAPER_ARM);
  const newest = (records: readonly RunRecord[]) =>
    records
      .map(({ run }) => run.startedAt)
      .sort()
      .at(-1) ?? '';
  const byTime = own.sort((a, b) => newest(a.records).localeCompare(newest(b.records)));
  return byTime.at(-1)?.records ?? [];
}

/** Runs that differ from the paper's choice in the named settings alone. */
function otherRuns(
  records: ClaimRecords,
  is: (config: Settings) => boolean,
  apart: readonly string[],
): readonly RunRecord[] {
  const [first] = paperRuns(records);
  if (!first) return [];
  return (records.runs.optimizers ?? []).filter(
    ({ run }) =>
      is(run.config) && isAlike(run.config, first.run.config, ['seed', 'backend', ...apart]),
  );
}

function measureAgainst(
  records: ClaimRecords,
  is: (config: Settings) => boolean,
  apart: readonly string[],
): Measurement | undefined {
  const [own, others] = [paperRuns(records), otherRuns(records, is, apart)];
  const pairs = seedPairs(
    [...own, ...others],
    (run) => own.includes(run),
    (run) => others.includes(run),
  );
  if (pairs.length === 0) return undefined;
  const [here, there] = [
    pairs.map(({ first }) => lastError(first)),
    pairs.map(({ second }) => lastError(second)),
  ];
  const gain = there.map((error, index) => error - here[index]);
  return {
    value: `${meanAndRange(here, 1)} against ${meanAndRange(there, 1)} %`,
    runs: counted(pairs.length, 'pair'),
    details: `Difference ${signedRange(gain, 1)} points.`,
    verdict: verdictOfEffects(gain),
    scale: scaleOf(runsOf(pairs)),
  };
}

function measureEpsilon(records: ClaimRecords): Measurement | undefined {
  const rates = ['optimizer.epsilon', 'optimizer.learningRate'];
  const small = otherRuns(records, ({ optimizer }) => optimizer.epsilon === 0.001, rates);
  const [best] = [...new Set(small.map(({ run }) => run.config.optimizer.learningRate))]
    .map((rate) => ({ rate, error: spread(small.filter(hasRate(rate)).map(lastError)).mean }))
    .sort((a, b) => a.error - b.error);
  if (!best) return undefined;
  const measurement = measureAgainst(
    records,
    ({ optimizer }) => optimizer.epsilon === 0.001 && optimizer.learningRate === best.rate,
    rates,
  );
  return (
    measurement && {
      ...measurement,
      details: `The better rate of epsilon 0.001 is ${best.rate}. ${measurement.details}`,
    }
  );
}

function measureAverages(records: ClaimRecords): Measurement | undefined {
  const own = paperRuns(records).filter(({ epochs }) => epochs.length > 0);
  if (own.length === 0) return undefined;
  const averaged = own.map(lastError);
  const raw = own.map(
    ({ epochs }) => spread(epochs.slice(-1).map((line) => line.rawTop1Error)).mean,
  );
  const gain = raw.map((error, index) => error - averaged[index]);
  return {
    value: `${meanAndRange(averaged, 1)} against ${meanAndRange(raw, 1)} %`,
    runs: counted(own.length, 'run'),
    details: `Difference ${signedRange(gain, 1)} points.`,
    verdict: verdictOfEffects(gain),
    scale: scaleOf(own),
  };
}

function hasRate(rate: number): (record: RunRecord) => boolean {
  return ({ run }) => run.config.optimizer.learningRate === rate;
}

/** Top-1 error of the averages after the last epoch; of a run that ended before one, 100 %. */
function lastError({ epochs }: RunRecord): number {
  return epochs.at(-1)?.top1Error ?? 100;
}
