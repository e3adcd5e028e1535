import { deadChannelsAt } from '../report/lastLayer';
import { findRemedy } from '../report/remedies';
import { spread } from '../report/summary';
import type { RunRecord } from '../results/record';
import type { Claim, ClaimRecords, Measurement, Verdict } from './claim';
import { deadOf, deadText, lastStep, lastZeros, studyRuns, valuesOf } from './study';
import { counted, meanAndRange, scaleOf } from './texts';
import { ruleOfRuns, verdictOfRuns } from './verdicts';

/** From more filters than these on the paper saw networks die. */
const THRESHOLD = 1000;

const DEVIATIONS = 'A small network on small images, a hundred steps.';

/** "If the number of filters exceeded 1000" (section 3.3). */
export const FILTERS_CLAIM: Claim = {
  id: 'thousand-filters',
  experiment: 'residualScaling',
  section: 'section 3.3',
  title: 'Unscaled networks die from more than 1000 filters on',
  says: () => 'Residual variants became unstable when the number of filters exceeded 1000.',
  expects: () => 'only above 1000',
  rule:
    'Of the unscaled networks at all rates: holds when wider ones die and none with up to 1000 filters does; weaker when there ' +
    'is a rate at which only wider ones die, and none at which narrower ones die more often; contradicted when narrower ones ' +
    'die more often at one rate and wider ones at none; otherwise not seen.',
  deviations: DEVIATIONS,
  measure: measureFilters,
};

/** "This could not be prevented, neither by lowering the learning rate ..." (section 3.3). */
export const LOWER_RATE_CLAIM: Claim = {
  id: 'lower-rate',
  experiment: 'residualScaling',
  section: 'section 3.3',
  title: 'A lower learning rate does not prevent it',
  says: () => 'Lowering the learning rate could not prevent the dying.',
  expects: () => 'dies at any rate',
  rule:
    'Of the unscaled networks (width and seed) that are dead at rate 0.1, at rate 0.01: ' +
    ruleOfRuns('the network is dead').toLowerCase(),
  deviations: DEVIATIONS,
  measure: measureLowerRate,
};

function measureFilters({ runs }: ClaimRecords): Measurement | undefined {
  const unscaled = studyRuns(runs.residualScaling ?? [], { scale: 1 });
  const [narrow, wide] = [unscaled.filter((run) => !isWide(run)), unscaled.filter(isWide)];
  if (narrow.length === 0 || wide.length === 0) return undefined;
  return {
    value: `up to 1000: ${deadText(narrow)}; above: ${deadText(wide)}`,
    runs: counted(unscaled.length, 'run'),
    details: `Dead channels by filters, on the mean. ${channelsByRate(unscaled).join(' ')}`,
    verdict: verdictOnThreshold(unscaled),
    scale: scaleOf(unscaled),
  };
}

function verdictOnThreshold(unscaled: readonly RunRecord[]): Verdict {
  const rates = ratesOf(unscaled).map((rate) => {
    const atRate = unscaled.filter(({ run }) => run.config.optimizer.learningRate === rate);
    return {
      narrow: deadShare(atRate.filter((run) => !isWide(run))),
      wide: deadShare(atRate.filter(isWide)),
    };
  });
  const wideMore = rates.some(({ narrow, wide }) => wide > narrow);
  const narrowMore = rates.some(({ narrow, wide }) => narrow > wide);
  if (wideMore && rates.every(({ narrow }) => narrow === 0)) return 'holds';
  if (!narrowMore && rates.some(({ narrow, wide }) => narrow === 0 && wide > 0)) {
    return 'holds weaker';
  }
  return narrowMore && !wideMore ? 'contradicted' : 'not seen';
}

function channelsByRate(unscaled: readonly RunRecord[]): readonly string[] {
  return ratesOf(unscaled).map((rate) => {
    const atRate = unscaled.filter(({ run }) => run.config.optimizer.learningRate === rate);
    const widths = valuesOf(atRate, ({ network }) => network.filters).map((filters) => {
      const own = atRate.filter(({ run }) => run.config.network.filters === filters);
      const shares = own.flatMap((record) => deadChannelsAt(record) ?? []);
      return `${filters}: ${shares.length > 0 ? `${spread(shares).mean.toFixed(1)} %` : 'unknown'}`;
    });
    return `Rate ${rate}: ${widths.join(', ')}.`;
  });
}

function measureLowerRate({ runs }: ClaimRecords): Measurement | undefined {
  const at = (rate: number) => studyRuns(runs.residualScaling ?? [], { scale: 1, rate });
  const high = at(0.1);
  const dying = high.filter((_, index) => deadOf(high)[index]);
  const slower = at(0.01).filter((low) => dying.some((record) => isSameNetwork(low, record)));
  if (slower.length === 0) return undefined;
  return {
    value: `of those that die at 0.1, ${deadText(slower)} at 0.01`,
    runs: counted(2 * slower.length, 'run'),
    details: `All unscaled networks: ${deathsByRate(studyRuns(runs.residualScaling ?? [], { scale: 1 }))}.${longerText(runs.warmUp ?? [])}`,
    verdict: verdictOfRuns(deadOf(slower)),
    scale: scaleOf(slower),
  };
}

/** How the longer runs of `warmUp` end at the lower rate; empty without any. */
function longerText(records: readonly RunRecord[]): string {
  const longer = studyRuns(records, { scale: 1 }).filter(
    ({ run }) => findRemedy(run.config) === 'lower learning rate',
  );
  if (longer.length === 0) return '';
  const steps = Math.min(...longer.map(lastStep));
  return ` After ${steps} steps or more at the lower rate (warmUp) ${meanAndRange(longer.map(lastZeros), 1)} % are zeros.`;
}

function deathsByRate(unscaled: readonly RunRecord[]): string {
  return ratesOf(unscaled)
    .map((rate) => {
      const own = unscaled.filter(({ run }) => run.config.optimizer.learningRate === rate);
      return `rate ${rate}: ${deadText(own)}`;
    })
    .join('; ');
}

function isSameNetwork(a: RunRecord, b: RunRecord): boolean {
  return (
    a.run.config.network.filters === b.run.config.network.filters &&
    a.run.config.seed === b.run.config.seed
  );
}

function isWide({ run }: RunRecord): boolean {
  return (run.config.network.filters ?? 0) > THRESHOLD;
}

function ratesOf(records: readonly RunRecord[]): readonly number[] {
  return valuesOf(records, ({ optimizer }) => optimizer.learningRate);
}

function deadShare(records: readonly RunRecord[]): number {
  const dead = deadOf(records);
  return dead.length === 0 ? 0 : dead.filter(Boolean).length / dead.length;
}
