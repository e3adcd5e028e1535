import { DEAD_FROM } from '../report/lastLayer';
import { spread } from '../report/summary';
import type { RunRecord } from '../results/record';
import type { Claim, ClaimRecords, Measurement, Verdict } from './claim';
import { runsOf, type SeedPair } from './seedPairs';
import { lastStep, lastZeros, lossText, outcomeOf, REGIME, studyRuns } from './study';
import { counted, meanAndRange, scaleOf, signedRange } from './texts';
import { ruleOfRuns, verdictOfRuns } from './verdicts';

/** A network that died stays dead (section 3.3 calls it death). */
export const PERMANENCE_CLAIM: Claim = {
  id: 'death-lasts',
  experiment: 'residualScaling',
  section: 'section 3.3',
  title: 'A network that has died stays dead',
  says: () => 'The paper calls it dying; it tells of no recovery.',
  expects: () => 'stays dead',
  rule:
    'Of the long unscaled runs that are dead by the rule, on the mean of their last ten probed steps: ' +
    ruleOfRuns(`at least ${DEAD_FROM} % of the last layer are zeros`).toLowerCase(),
  deviations: 'A small network on small images; a long run here is short in the paper.',
  measure: measurePermanence,
};

/** Points of error around that of guessing within which a network has learned nothing. */
const NOTHING_LEARNED = 5;

/** What death means: zeros let no gradient through. */
export const LEARNS_NOTHING_CLAIM: Claim = {
  id: 'dead-learns-nothing',
  experiment: 'residualScaling',
  section: 'section 3.3',
  title: 'A network that has died learns nothing more',
  says: () => 'The paper calls it dying: from a layer of zeros alone nothing can be learned.',
  expects: () => 'stays at chance',
  rule:
    'Of the same runs, after the last epoch: ' +
    ruleOfRuns(
      `the top-1 error of the weights as they are is at most ${NOTHING_LEARNED} points below that of guessing`,
    ).toLowerCase(),
  deviations: PERMANENCE_CLAIM.deviations,
  measure: measureLearning,
};

/** Points of error up to which harm counts as small. */
const SMALL_HARM = 1;

/** "... never seemed to harm the final accuracy" (section 3.3). */
export const HARMLESS_CLAIM: Claim = {
  id: 'scaling-harmless',
  experiment: 'residualScaling',
  section: 'section 3.3',
  title: 'Where it is not needed, scaling does no harm',
  says: () =>
    'Even where scaling was not strictly necessary, it never seemed to harm the final accuracy, but helped to stabilize.',
  expects: () => 'no harm',
  rule:
    'Over runs of scale 0.1 and the same without scaling (filters, rate, seed), where the latter live: holds when scaling does ' +
    `not raise the mean of the last errors; weaker when by at most ${SMALL_HARM} point; contradicted when it raises the ` +
    'error in every pair; otherwise not seen.',
  deviations:
    'Errors of the weights as they are, after so few steps that they are not final: scaled networks may only be slower.',
  measure: measureHarm,
};

function measurePermanence({ runs }: ClaimRecords): Measurement | undefined {
  const long = studyRuns(runs.residualScaling ?? [], { ...REGIME, scale: 1, long: true });
  const dead = long.filter((record) => outcomeOf(record) === 'dead');
  if (dead.length === 0) return undefined;
  const last = dead.map(lastZeros);
  const stays = last.map((zeros) => zeros >= DEAD_FROM);
  return {
    value: `${stays.filter(Boolean).length} of ${dead.length} dead at the end; zeros ${meanAndRange(last, 1)} %`,
    runs: counted(dead.length, 'run'),
    details: `${long.length} long runs, ${dead.length} of them dead by the rule; at the end ${lossText(dead)}, top-1 error ${meanAndRange(dead.map(rawError), 1)} %.`,
    verdict: verdictOfRuns(stays),
    scale: scaleOf(dead),
  };
}

function measureLearning({ runs }: ClaimRecords): Measurement | undefined {
  const long = studyRuns(runs.residualScaling ?? [], { ...REGIME, long: true });
  const [dead, scaled] = [1, 0.1].map((scale) =>
    long.filter(({ run }) => run.config.network.residualScale.c === scale),
  );
  const died = dead.filter((record) => outcomeOf(record) === 'dead');
  if (died.length === 0) return undefined;
  const chance = (record: RunRecord) => 100 * (1 - 1 / record.run.config.network.classes);
  const isAtChance = died.map((record) => rawError(record) >= chance(record) - NOTHING_LEARNED);
  const beside =
    scaled.length > 0 ? `; with scale 0.1 ${meanAndRange(scaled.map(rawError), 1)} %` : '';
  return {
    value: `top-1 error ${meanAndRange(died.map(rawError), 1)} %`,
    runs: counted(died.length, 'run'),
    details: `Guessing gives ${chance(died[0]).toFixed(1)} %${beside}.`,
    verdict: verdictOfRuns(isAtChance),
    scale: scaleOf(died),
  };
}

function measureHarm({ runs }: ClaimRecords): Measurement | undefined {
  const records = runs.residualScaling ?? [];
  const lives = (record: RunRecord) => outcomeOf(record) === 'alive' && record.epochs.length > 0;
  const unscaled = studyRuns(records, { scale: 1 }).filter(lives);
  const scaled = studyRuns(records, { scale: 0.1 }).filter(lives);
  const pairs = unscaled.flatMap((first): SeedPair[] => {
    const second = scaled.find((record) => isSameButScale(first, record));
    return second ? [{ first, second }] : [];
  });
  if (pairs.length === 0) return undefined;
  const harm = pairs.map(({ first, second }) => rawError(second) - rawError(first));
  return {
    value: `${signedRange(harm, 1)} points of error`,
    runs: counted(pairs.length, 'pair'),
    details:
      `Top-1 error ${meanAndRange(
        pairs.map(({ second }) => rawError(second)),
        1,
      )} % with scale 0.1, ` +
      `${meanAndRange(
        pairs.map(({ first }) => rawError(first)),
        1,
      )} % without.`,
    verdict: verdictOnHarm(harm),
    scale: scaleOf(runsOf(pairs)),
  };
}

function verdictOnHarm(harm: readonly number[]): Verdict {
  const { mean, lowest } = spread(harm);
  if (mean <= 0) return 'holds';
  if (mean <= SMALL_HARM) return 'holds weaker';
  return lowest > 0 ? 'contradicted' : 'not seen';
}

function isSameButScale(a: RunRecord, b: RunRecord): boolean {
  const of = ({ run: { config } }: RunRecord) =>
    [config.network.filters, config.optimizer.learningRate, config.seed].join();
  return of(a) === of(b) && lastStep(a) === lastStep(b);
}

function rawError({ epochs }: RunRecord): number {
  return spread(epochs.slice(-1).map(({ rawTop1Error }) => rawTop1Error)).mean;
}
