import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import type { EvaluationImages } from '../lib/data/evaluationImages';
import { readEvaluations } from '../lib/results/evaluationList';
import type { EvaluationRecord } from '../lib/results/evaluationRecord';
import { RunFiles } from '../lib/results/runFiles';
import type { PlannedEvaluation } from './plannedEvaluation';

/**
 * The record of an evaluation of runs whose weights are not on this machine, as those of the committed records are not.
 *
 * `runFiles` are the records of the runs. Without weights, the runs' ids tell what was evaluated; undefined where all
 * weights are here, whose fingerprints tell it better, or where there is no such record.
 */
export function evaluatedElsewhere(
  folder: string,
  runFiles: readonly string[],
  { crops, images: count }: PlannedEvaluation,
  images: EvaluationImages,
): EvaluationRecord | undefined {
  if (runFiles.every(hasWeights)) return undefined;
  const runs = runFiles.map(idOf);
  return readEvaluations(folder).find(
    ({ models, data, ...record }) =>
      record.crops === crops &&
      data.sha256 === images.sha256 &&
      data.images === (count ?? images.count) &&
      isDeepStrictEqual(
        models.map(({ run }) => run),
        runs,
      ),
  );
}

function hasWeights(runFile: string): boolean {
  const { checkpoints } = new RunFiles(path.dirname(runFile), idOf(runFile));
  return checkpoints.newestFile() !== undefined;
}

function idOf(runFile: string): string {
  return path.basename(runFile, '.jsonl');
}
