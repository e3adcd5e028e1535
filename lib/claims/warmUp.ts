import { capitalized } from '../report/format';
import { findRemedy, type Remedy } from '../report/remedies';
import type { RunRecord } from '../results/record';
import type { Claim, ClaimRecords, Measurement, Verdict } from './claim';
import { channelsText, deadOf, deadText, lossText, studyRuns, valuesOf, zerosText } from './study';
import { counted, scaleOf } from './texts';
import { ruleOfRuns, verdictOfRuns } from './verdicts';

const DEVIATIONS =
  'A small network on small images; a hundred steps of warm-up unless said. Only widths whose untreated runs all die count.';

interface RemedyClaim {
  readonly id: string;
  readonly section?: string;
  readonly title: string;
  readonly says: string;
  readonly expects: 'dead' | 'alive';
  readonly remedies: readonly Remedy[];
}

const INSUFFICIENT: RemedyClaim = {
  id: 'warm-up-insufficient',
  title: 'A two-phase warm-up at a very low rate is not enough',
  says:
    'With very many filters even a warm-up at a very low learning rate (0.00001) was not sufficient to cure the ' +
    'instability.',
  expects: 'dead',
  remedies: ['warm-up at 1e-5'],
};

const LONG: RemedyClaim = {
  id: 'long-warm-up',
  title: "He et al.'s warm-up, until the training error falls, is not enough",
  says: 'The two-phase training of He et al. is said not to suffice; how long it was, the paper does not say.',
  expects: 'dead',
  remedies: ['long warm-up (He et al.)'],
};

const BATCH_NORM: RemedyClaim = {
  id: 'extra-batch-norm',
  title: 'An extra batch normalisation of the last layer does not help',
  says: 'Adding an extra batch normalization to this layer could not prevent the dying.',
  expects: 'dead',
  remedies: ['extra batch norm'],
};

const CLIPPING: RemedyClaim = {
  id: 'clipping',
  section: 'AAAI-17 version',
  title: 'Gradient clipping stabilizes the training',
  says: 'Gradient clipping was found to be useful to stabilize the training.',
  expects: 'alive',
  remedies: ['gradient clipping'],
};

/** Warm-up and the other remedies (section 3.3). */
export const WARM_UP_CLAIMS: readonly Claim[] = [
  remedyClaim(INSUFFICIENT),
  {
    id: 'high-rate-destroys',
    experiment: 'warmUp',
    section: 'section 3.3',
    title: 'The high rate after a warm-up can destroy its effect',
    says: () =>
      'Training with the high learning rate had a chance to destroy the effects of the warm-up.',
    expects: () => 'some die',
    rule: 'Holds when at least one run with a warm-up of a hundredth of the rate, or a long one, is dead; contradicted when none is.',
    deviations: DEVIATIONS,
    measure: (records) =>
      measured(records, ['warm-up at 1/100 of the rate', 'long warm-up (He et al.)'], (runs) =>
        deadOf(runs).some(Boolean) ? 'holds' : 'contradicted',
      ),
  },
  remedyClaim(LONG),
  remedyClaim(BATCH_NORM),
  remedyClaim(CLIPPING),
  {
    id: 'scaling-more-reliable',
    experiment: 'warmUp',
    section: 'section 3.3',
    title: 'Scaling is more reliable than warm-up',
    says: () => 'Just scaling the residuals is much more reliable.',
    expects: () => 'fewer die',
    rule:
      'Holds when no run with scale 0.1 is dead and every one with a warm-up is; weaker when the share of dead ones is ' +
      'smaller with scaling; contradicted when it is larger; otherwise not seen.',
    deviations: DEVIATIONS,
    measure: measureReliability,
  },
];

const WARM_UPS: readonly Remedy[] = [
  'warm-up at 1e-5',
  'warm-up at 1/100 of the rate',
  'long warm-up (He et al.)',
];

function remedyClaim(claim: RemedyClaim): Claim {
  const { id, section = 'section 3.3', title, says, expects, remedies } = claim;
  const isDeath = expects === 'dead';
  return {
    ...{ id, section, title, experiment: 'warmUp', deviations: DEVIATIONS },
    says: () => says,
    expects: () => (isDeath ? 'dies' : 'lives'),
    rule: ruleOfRuns(`the network is ${isDeath ? '' : 'not '}dead`),
    measure: (records) =>
      measured(records, remedies, (runs) =>
        verdictOfRuns(deadOf(runs).map((dead) => dead === isDeath)),
      ),
  };
}

function measured(
  records: ClaimRecords,
  remedies: readonly Remedy[],
  verdict: (runs: readonly RunRecord[]) => Verdict,
): Measurement | undefined {
  const all = dyingRuns(records);
  const groups = remedies.map((remedy) => withRemedy(all, remedy));
  const treated = groups.flat();
  if (groups.some((group) => group.length === 0)) return undefined;
  return {
    value: `${deadText(treated)}; ${zerosText(treated)}`,
    runs: counted(treated.length, 'run'),
    details: ['nothing' as const, ...remedies].map((remedy) => armText(all, remedy)).join(' '),
    verdict: verdict(treated),
    scale: scaleOf(treated),
  };
}

function measureReliability(records: ClaimRecords): Measurement | undefined {
  const all = dyingRuns(records);
  const scaled = withRemedy(all, 'scaling 0.1');
  const warmed = WARM_UPS.flatMap((remedy) => withRemedy(all, remedy));
  if (scaled.length === 0 || warmed.length === 0) return undefined;
  const share = (runs: readonly RunRecord[]) => deadOf(runs).filter(Boolean).length / runs.length;
  const [withScaling, withWarmUp] = [share(scaled), share(warmed)];
  return {
    value: `scaling: ${deadText(scaled)}; warm-up: ${deadText(warmed)}`,
    runs: counted(scaled.length + warmed.length, 'run'),
    details: (['scaling 0.1', ...WARM_UPS] as const)
      .map((remedy) => armText(all, remedy))
      .join(' '),
    verdict: verdictOnReliability(withScaling, withWarmUp),
    scale: scaleOf([...scaled, ...warmed]),
  };
}

function verdictOnReliability(withScaling: number, withWarmUp: number): Verdict {
  if (withScaling === 0 && withWarmUp === 1) return 'holds';
  if (withScaling < withWarmUp) return 'holds weaker';
  return withScaling > withWarmUp ? 'contradicted' : 'not seen';
}

/** The runs of the widths whose untreated runs are all dead. */
function dyingRuns({ runs }: ClaimRecords): readonly RunRecord[] {
  const own = studyRuns(runs.warmUp ?? []);
  return valuesOf(own, ({ network }) => network.filters).flatMap((filters) => {
    const ofWidth = own.filter(({ run }) => run.config.network.filters === filters);
    const untreated = deadOf(withRemedy(ofWidth, 'nothing'));
    return untreated.length > 0 && untreated.every(Boolean) ? ofWidth : [];
  });
}

function withRemedy(records: readonly RunRecord[], remedy: Remedy): readonly RunRecord[] {
  return records.filter(({ run }) => findRemedy(run.config) === remedy);
}

function armText(all: readonly RunRecord[], remedy: Remedy): string {
  const runs = withRemedy(all, remedy);
  return `${capitalized(remedy)}: ${deadText(runs)}, ${channelsText(runs)}, ${lossText(runs)}.`;
}
