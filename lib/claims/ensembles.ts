import { spread } from '../report/summary';
import type { EvaluationRecord } from '../results/evaluationRecord';
import type { Paper } from '../results/paper';
import type { Claim, ClaimRecords, Measurement, Verdict } from './claim';
import { evaluationScale, newestEvaluations, trainedLikePaper } from './evaluated';
import { counted, signedRange } from './texts';
import { ruleOfEffects, verdictOfEffects } from './verdicts';

const DEVIATIONS = 'Small networks on small images; the members differ in the seed.';
const MIXED = 'inception-v4 + 3x inception-resnet-v2';

/** Averages over networks (Table 5). */
export const ENSEMBLE_CLAIMS: readonly Claim[] = [
  {
    id: 'ensemble-best-member',
    experiment: 'ensembles',
    section: 'Tables 4 and 5',
    title: 'An ensemble is better than the best of its members',
    says: (paper) =>
      `With 144 crops four networks reach ${tableFive(paper, 'inception-v3')} % (Inception-v3, alone ` +
      `${tableFour(paper, 'inception-v3')} %) and ${tableFive(paper, MIXED)} % (one Inception-v4, alone ` +
      `${tableFour(paper, 'inception-v4')} %, and three Inception-ResNet-v2, alone ${tableFour(paper, 'inception-resnet-v2')} %).`,
    expects: (paper) =>
      [
        tableFour(paper, 'inception-v3') - tableFive(paper, 'inception-v3'),
        tableFour(paper, 'inception-v4') - tableFive(paper, MIXED),
      ]
        .sort((a, b) => a - b)
        .map((points) => points.toFixed(1))
        .join(' to ') + ' points lower',
    rule: ruleOfEffects('ensemble', 'its top-1 error is below that of the best member'),
    deviations: DEVIATIONS,
    measure: measureMembers,
  },
  {
    id: 'ensemble-mixed',
    experiment: 'ensembles',
    section: 'Table 5',
    title: 'The mixed ensemble is better than four Inception-v3',
    says: (paper) =>
      `One Inception-v4 and three Inception-ResNet-v2 reach ${tableFive(paper, MIXED)} % top-1 error, four ` +
      `Inception-v3 ${tableFive(paper, 'inception-v3')} %.`,
    expects: (paper) => `${tableFive(paper, MIXED)} against ${tableFive(paper, 'inception-v3')} %`,
    rule:
      'Holds when its top-1 error is lower and the 95 % intervals over images do not overlap; weaker when it is lower; ' +
      'contradicted when it is higher and they do not overlap; otherwise not seen.',
    deviations: DEVIATIONS,
    measure: measureMixed,
  },
];

function measureMembers({ evaluations }: ClaimRecords): Measurement | undefined {
  const newest = newestEvaluations(evaluations);
  const found = trainedLikePaper(newest.filter(isEnsemble)).flatMap((ensemble) => {
    const members = membersOf(ensemble, newest);
    return members.length === ensemble.models.length ? [{ ensemble, members }] : [];
  });
  if (found.length === 0) return undefined;
  const gains = found.map(({ ensemble, members }) => best(members) - errorOf(ensemble));
  return {
    value: `${signedRange(
      gains.map((gain) => -gain),
      1,
    )} points to the best member`,
    runs: counted(found.length, 'ensemble'),
    details: found
      .map(
        ({ ensemble, members }) =>
          `${nameOf(ensemble)}: ${errorOf(ensemble).toFixed(1)} %, its members ${members.map((one) => errorOf(one).toFixed(1)).join(', ')} %, on the mean ${spread(members.map(errorOf)).mean.toFixed(1)} %.`,
      )
      .join(' '),
    verdict: verdictOfEffects(gains),
    scale: evaluationScale(found.map(({ ensemble }) => ensemble)),
  };
}

function measureMixed({ evaluations }: ClaimRecords): Measurement | undefined {
  const ensembles = trainedLikePaper(newestEvaluations(evaluations).filter(isEnsemble));
  const consists = (names: readonly string[]) =>
    ensembles.filter(({ models }) => names.join() === distinctNames(models).join()).at(-1);
  const mixed = consists(['inception-resnet-v2', 'inception-v4']);
  const plain = consists(['inception-v3']);
  if (!mixed || !plain) return undefined;
  return {
    value: `${withInterval(mixed)} against ${withInterval(plain)} %`,
    runs: '2 ensembles',
    details: 'In brackets the 95 % interval over images.',
    verdict: verdictOnMixed(mixed, plain),
    scale: evaluationScale([mixed, plain]),
  };
}

function verdictOnMixed(mixed: EvaluationRecord, plain: EvaluationRecord): Verdict {
  const [[low, high], [plainLow, plainHigh]] = [mixed, plain].map(
    ({ metrics }) => metrics.top1.interval,
  );
  if (high < plainLow) return 'holds';
  if (low > plainHigh) return 'contradicted';
  return errorOf(mixed) < errorOf(plain) ? 'holds weaker' : 'not seen';
}

function isEnsemble({ models }: EvaluationRecord): boolean {
  return models.length > 1;
}

function membersOf(
  { models, crops, metrics }: EvaluationRecord,
  all: readonly EvaluationRecord[],
): readonly EvaluationRecord[] {
  return models.flatMap(({ sha256 }) =>
    all
      .filter((one) => one.models.length === 1 && one.models[0].sha256 === sha256)
      .filter((one) => one.crops === crops && one.metrics.images === metrics.images),
  );
}

function nameOf({ models }: EvaluationRecord): string {
  return distinctNames(models)
    .map((name) => `${models.filter((model) => model.name === name).length} ${name}`)
    .join(' + ');
}

function distinctNames(models: EvaluationRecord['models']): readonly string[] {
  return [...new Set(models.map(({ name }) => String(name)))].sort();
}

function withInterval({ metrics: { top1 } }: EvaluationRecord): string {
  return `${top1.error.toFixed(1)} [${top1.interval.map((end) => end.toFixed(1)).join(', ')}]`;
}

function errorOf({ metrics }: EvaluationRecord): number {
  return metrics.top1.error;
}

function best(members: readonly EvaluationRecord[]): number {
  return Math.min(...members.map(errorOf));
}

function tableFour({ table4 }: Paper, network: string): number {
  return spread(table4.rows.filter((row) => row.network === network).map(({ top1 }) => top1)).mean;
}

function tableFive({ table5 }: Paper, network: string): number {
  const errors = table5.rows.filter((row) => row.network === network).map(({ top1 }) => top1);
  return spread(errors.flatMap((error) => error ?? [])).mean;
}
