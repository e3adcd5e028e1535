import { capitalized } from '../report/format';
import type { RunRecord } from '../results/record';
import type { Claim, ClaimRecords, Measurement } from './claim';
import { FILTERS_CLAIM, LOWER_RATE_CLAIM } from './scalingGrid';
import { HARMLESS_CLAIM, LEARNS_NOTHING_CLAIM, PERMANENCE_CLAIM } from './scalingOutlook';
import {
  channelsText,
  deadOf,
  deadText,
  lossText,
  REGIME,
  type StudyChoice,
  studyRuns,
  zerosText,
} from './study';
import { counted, scaleOf } from './texts';
import { ruleOfRuns, verdictOfRuns } from './verdicts';

/** What all of them share. */
export const STUDY_DEVIATIONS =
  'A small network on small images that dies within tens of steps, not of thousands; the setting was searched for.';

/** What counts as dead, for the notes below the claims. */
export const OUTCOME_RULE =
  'A network is dead when at least 99 % of the activations of its last layer before the average pooling are zero, ' +
  'on the mean of the training batches of steps 71 to 80 after the warm-up, or from the start where there is none. ' +
  'The rule was fixed before the runs.';

const STABLE_SCALES = [0.3, 0.2, 0.1];

interface DeathClaim {
  readonly id: string;
  readonly section?: string;
  readonly title: string;
  readonly says: string;
  readonly expects: 'dead' | 'alive';
  /** Which runs decide. */
  readonly choices: readonly StudyChoice[];
}

const UNSCALED: DeathClaim = {
  id: 'dies-unscaled',
  title: 'A residual network without scaling dies',
  says:
    'With more than 1000 filters residual variants became unstable and "died" early in training: after a few tens of ' +
    'thousands of steps the last layer before the average pooling put out only zeros.',
  expects: 'dead',
  choices: [{ ...REGIME, scale: 1 }],
};

const SCALED: DeathClaim = {
  id: 'scaling-stabilises',
  title: 'Scaling residuals by 0.1 to 0.3 keeps it alive',
  says: 'Scaling residuals by 0.1 to 0.3 before the addition seemed to stabilize the training.',
  expects: 'alive',
  choices: STABLE_SCALES.map((scale) => ({ ...REGIME, scale })),
};

const WITH_ALL_BLOCKS: DeathClaim = {
  id: 'dies-all-blocks',
  title: 'It dies with A and B blocks before, too',
  says: 'The networks that died had all three kinds of blocks.',
  expects: 'dead',
  choices: [{ rate: REGIME.rate, scale: 1, withAllBlocks: true }],
};

const OWN = "the kit's own question";

const SLOW_LINEAR: DeathClaim = {
  id: 'mechanism-slow-linear',
  section: OWN,
  title: 'Unscaled, a slower rate of the linear layers alone keeps it alive',
  says:
    'Nothing. If scaling by s protects because the linear layers then move the sum s x s as fast, their learning rate ' +
    'times 0.01 must do at scale 1 what scale 0.1 does.',
  expects: 'alive',
  choices: [{ ...REGIME, scale: 1, linearRate: 0.01 }],
};

const FAST_LINEAR: DeathClaim = {
  id: 'mechanism-fast-linear',
  section: OWN,
  title: 'Scaled by 0.1, a faster rate of the linear layers kills it',
  says: 'Nothing. By the same reasoning a learning rate times 100 must kill at scale 0.1.',
  expects: 'dead',
  choices: [{ ...REGIME, scale: 0.1, linearRate: 100 }],
};

/** Dying and residual scaling (section 3.3). */
export const RESIDUAL_SCALING_CLAIMS: readonly Claim[] = [
  deathClaim(UNSCALED),
  deathClaim(SCALED),
  FILTERS_CLAIM,
  LOWER_RATE_CLAIM,
  PERMANENCE_CLAIM,
  LEARNS_NOTHING_CLAIM,
  HARMLESS_CLAIM,
  deathClaim(WITH_ALL_BLOCKS),
  deathClaim(SLOW_LINEAR),
  deathClaim(FAST_LINEAR),
];

function deathClaim(claim: DeathClaim): Claim {
  const { id, section = 'section 3.3', title, says, expects } = claim;
  return {
    ...{ id, section, title, experiment: 'residualScaling', deviations: STUDY_DEVIATIONS },
    says: () => says,
    expects: () =>
      `${section === OWN ? 'nothing; guess: ' : ''}${expects === 'dead' ? 'dies' : 'lives'}`,
    rule: ruleOfRuns(
      `the network ${expects === 'dead' ? 'is dead' : 'is neither dead nor diverged'}`,
    ),
    measure: (records) => measureDeaths(records, claim),
  };
}

function measureDeaths({ runs }: ClaimRecords, claim: DeathClaim): Measurement | undefined {
  const groups = claim.choices.map((choice) => studyRuns(runs.residualScaling ?? [], choice));
  const all = groups.flat();
  if (groups.some((group) => group.length === 0)) return undefined;
  const dead = deadOf(all);
  const alive = all.map((record, index) => !dead[index] && record.final?.status !== 'diverged');
  return {
    value: `${deadText(all)}; ${zerosText(all)}`,
    runs: counted(all.length, 'run'),
    details: groups.map((group) => detailsOf(group, groups.length > 1)).join(' '),
    verdict: verdictOfRuns(claim.expects === 'dead' ? dead : alive),
    scale: scaleOf(all),
  };
}

function detailsOf(group: readonly RunRecord[], isOneOfSeveral: boolean): string {
  const { c } = group[0].run.config.network.residualScale;
  const which = isOneOfSeveral ? `Scale ${c}: ${deadText(group)}, ${zerosText(group)}, ` : '';
  const rest = `${channelsText(group)}, ${lossText(group)}.`;
  return which + (which === '' ? capitalized(rest) : rest);
}
