import type { CropCount } from '../images/crops';
import { spread } from '../report/summary';
import type { Metric, Paper } from '../results/paper';
import { paperNetworks } from '../results/paper';
import type { Claim, ClaimRecords, Measurement } from './claim';
import { cropGain, cropPairs } from './cropPairs';
import { evaluationScale, newestEvaluations, trainedLikePaper } from './evaluated';
import { counted, meanAndRange, signedRange } from './texts';
import { trainedSizesClaim } from './trainedSizes';
import { ruleOfEffects, verdictOfEffects } from './verdicts';

const TABLES = { 1: 'table2', 12: 'table3', 144: 'table4' } as const;

/** How the crops here depart from the paper's. */
const CROP_DEVIATIONS = 'The crops are cut from enlarged images; GoogLeNet defines no 12 crops.';

/** More crops (Tables 2, 3 and 4). */
export const CROP_CLAIMS: readonly Claim[] = [
  cropClaim('crops-12', 1, 12, 'Tables 2 and 3'),
  cropClaim('crops-144', 12, 144, 'Tables 3 and 4'),
  trainedSizesClaim(CROP_DEVIATIONS),
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
    deviations: CROP_DEVIATIONS,
    measure: (records) => measureCrops(records, fewer, more),
  };
}

function measureCrops(
  { evaluations }: ClaimRecords,
  fewer: CropCount,
  more: CropCount,
): Measurement | undefined {
  const pairs = cropPairs(trainedLikePaper(newestEvaluations(evaluations)), fewer, more);
  if (pairs.length === 0) return undefined;
  const gain = (metric: Metric) => pairs.map((pair) => cropGain(pair, metric));
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
