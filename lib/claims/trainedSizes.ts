import { isDeepStrictEqual } from 'node:util';

import { capitalized } from '../report/format';
import { spread } from '../report/summary';
import { TRAINED_SIZES, type TrainedSizes, trainedSizes } from '../report/trainedSizes';
import type { EvaluationRecord } from '../results/evaluationRecord';
import type { Claim, ClaimRecords, Measurement } from './claim';
import { cropGain, type CropPair, cropPairs } from './cropPairs';
import { evaluationScale, newestEvaluations } from './evaluated';
import { counted, signed, signedRange } from './texts';
import { ruleOfEffects, verdictOfEffects } from './verdicts';

/** Whether the gain of many crops depends on the sizes that a network saw in training: the kit's own question. */
export function trainedSizesClaim(deviations: string): Claim {
  return {
    ...{ id: 'sizes-decide', experiment: 'crops', section: "the kit's own question" },
    deviations,
    title: 'More crops gain more where networks were trained on parts of all sizes',
    says: () =>
      "Nothing: it does not say how images were cut in training. Google's code trains on parts of random size.",
    expects: () => 'nothing',
    rule: ruleOfEffects(
      'network trained on parts of all sizes',
      'the gain from 1 to 144 crops is above the mean of the same network trained on images of one size',
    ),
    measure,
  };
}

function measure({ evaluations }: ClaimRecords): Measurement | undefined {
  const newest = newestEvaluations(evaluations);
  const [onAll, onOne] = (['all', 'one'] as const).map((sizes) => pairsOf(newest, sizes));
  const compared = onAll.flatMap((pair) => {
    const others = onOne.filter((other) => isSameNetwork(other, pair));
    return others.length > 0 ? [{ gain: gainOf(pair), other: mean(others) }] : [];
  });
  if (compared.length === 0) return undefined;
  const pairs = [...onAll, ...onOne];
  return {
    value: `${signed(mean(onAll), 1)} against ${signed(mean(onOne), 1)} points gained`,
    runs: counted(pairs.length, 'network'),
    details: `${inWords('all', onAll)} ${inWords('one', onOne)}`,
    verdict: verdictOfEffects(compared.map(({ gain, other }) => gain - other)),
    scale: evaluationScale(pairs.map(({ second }) => second)),
  };
}

function pairsOf(
  evaluations: readonly EvaluationRecord[],
  sizes: TrainedSizes,
): readonly CropPair[] {
  return cropPairs(
    evaluations.filter((one) => trainedSizes(one) === sizes),
    1,
    144,
  );
}

function isSameNetwork(a: CropPair, b: CropPair): boolean {
  return isDeepStrictEqual(a.first.models[0].config, b.first.models[0].config);
}

const gainOf = (pair: CropPair): number => cropGain(pair, 'top1');

const mean = (pairs: readonly CropPair[]): number => spread(pairs.map(gainOf)).mean;

/** "Trained on images of one size: -12.3 (-15.0 to -9.0) points." */
function inWords(sizes: TrainedSizes, pairs: readonly CropPair[]): string {
  return `${capitalized(TRAINED_SIZES[sizes])}: ${signedRange(pairs.map(gainOf), 1)} points.`;
}
