import type { CropCount } from '../images/crops';
import { spread } from '../report/summary';
import type { EvaluationRecord } from '../results/evaluationRecord';
import type { Metric, Paper } from '../results/paper';
import { paperNetworks } from '../results/paper';
import type { Claim, ClaimRecords, Measurement } from './claim';
import { evaluationScale, newestEvaluations } from './evaluated';
import { counted, meanAndRange, signedRange } from './texts';
import { ruleOfEffects, verdictOfEffects } from './verdicts';

const TABLES = { 1: 'table2', 12: 'table3', 144: 'table4' } as const;

/** More crops (Tables 2, 3 and 4). */
export const CROP_CLAIMS: readonly Claim[] = [
  cropClaim('crops-12', 1, 12, 'Tables 2 and 3'),
  cropClaim('crops-144', 12, 144, 'Tables 3 and 4'),
];

function cropClaim(id: string, fewer: CropCount, more: CropCount, section: string): Claim {
  const name = fewer === 1 ? 'one' : String(fewer);
  return {
    ...{ id, experiment: 'crops', section },
    title: `${more} crops have a lower error than ${name}`,
    says: (paper) =>
      `All four networks gain: top-1 errors of ${errorsInPaper(paper, fewer)} % become ${errorsInPaper(paper, more)} %.`,
    expects: (paper) => `${paperGains(paper, fewer, more).join(' to ')} points lower`,
    rule: ruleOfEffects('trained network', `${more} crops have the lower top-1 error`),
    deviations:
      'The crops are cut from enlarged images, while the networks were trained on images of one size; GoogLeNet defines no 12 crops.',
    measure: (records) => measureCrops(records, fewer, more),
  };
}

function measureCrops(
  { evaluations }: ClaimRecords,
  fewer: CropCount,
  more: CropCount,
): Measurement | undefined {
  const single = newestEvaluations(evaluations.filter(({ models }) => models.length === 1));
  const pairs = single
    .filter(({ crops }) => crops === fewer)
    .flatMap((first) => {
      const second = single.find((one) => one.crops === more && isSameModel(one, first));
      return second ? [{ first, second }] : [];
    });
  if (pairs.length === 0) return undefined;
  const gain = (metric: Metric) =>
    pairs.map(({ first, second }) => first.metrics[metric].error - second.metrics[metric].error);
  const errors = (which: 'first' | 'second') =>
    meanAndRange(
      pairs.map((pair) => pair[which].metrics.top1.error),
      1,
    );
  return {
    value: `${errors('second')} against ${errors('first')} %`,
    runs: counted(pairs.length, 'network'),
    details: `The gain is ${signedRange(gain('top1'), 1)} points, by top-5 error ${signedRange(gain('top5'), 1)}.`,
    verdict: verdictOfEffects(gain('top1')),
    scale: evaluationScale(pairs.map(({ second }) => second)),
  };
}

function isSameModel(a: EvaluationRecord, b: EvaluationRecord): boolean {
  return a.models[0].sha256 === b.models[0].sha256 && a.metrics.images === b.metrics.images;
}

function tableErrors(paper: Paper, crops: CropCount): readonly number[] {
  const { rows } = paper[TABLES[crops]];
  return paperNetworks.map(
    (network) => spread(rows.filter((row) => row.network === network).map(({ top1 }) => top1)).mean,
  );
}

function errorsInPaper(paper: Paper, crops: CropCount): string {
  const { lowest, highest } = spread(tableErrors(paper, crops));
  return `${lowest.toFixed(1)} to ${highest.toFixed(1)}`;
}

/** The smallest and the largest gain of a network. */
function paperGains(paper: Paper, fewer: CropCount, more: CropCount): readonly string[] {
  const after = tableErrors(paper, more);
  const { lowest, highest } = spread(tableErrors(paper, fewer).map((error, i) => error - after[i]));
  return [lowest.toFixed(1), highest.toFixed(1)];
}
