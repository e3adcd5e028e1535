import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { LabError } from '../errors';
import { type EvaluationRecord, readEvaluation } from './evaluationRecord';
import { type Scale, SCALES } from './scale';
import { recordFolder } from './store';

/** The evaluations of one scale. */
export interface ScaleEvaluations {
  readonly scale: Scale;
  readonly evaluations: readonly EvaluationRecord[];
}

/** The evaluations whose records are in a folder, by id. Throws a LabError for a damaged record. */
export function readEvaluations(folder: string): readonly EvaluationRecord[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const records = names.filter((name) => name.endsWith('.json'));
  return records.sort().map((name) => readEvaluation(path.join(folder, name)));
}

/**
 * The evaluations of some experiments at a scale, or at the largest that has any.
 *
 * Throws a LabError with the commands that make them when there is none.
 */
export function recordedEvaluations(
  experiments: readonly string[],
  scale?: Scale,
): ScaleEvaluations {
  for (const candidate of scale ? [scale] : [...SCALES].reverse()) {
    const evaluations = experiments.flatMap((experiment) =>
      readEvaluations(recordFolder(experiment, candidate)),
    );
    if (evaluations.length > 0) return { scale: candidate, evaluations };
  }
  const commands = experiments.map(
    (experiment) => `npm run lab -- run ${experiment} --scale ${scale ?? 'quick'}`,
  );
  throw new LabError(
    `No evaluation is recorded${scale ? ` at ${scale} scale` : ''}. Make them with: ${commands.join(' and ')}`,
  );
}
