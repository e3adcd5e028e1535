import { LabError, UsageError } from '../errors';
import type { EvaluationRecord } from '../results/evaluationRecord';
import type { EvaluateOptions } from './evaluateOptions';
import { evaluation } from './evaluation';
import { evaluationProgress } from './evaluationProgress';
import { onInterruption } from './interruption';
import { recordPlace } from './recordPlace';
import type { ModelChoice } from './runModel';

/** How models are evaluated in a notebook or program. */
export interface EvaluateSettings extends EvaluateOptions {
  /** The record is kept in results/<record>/; 'notebook' unless told otherwise. */
  readonly record?: string;
  /** Whether a notebook shows a line that follows the evaluation, and other programs a line for every tenth part. Default true. */
  readonly progress?: boolean;
}

/**
 * Evaluates a model, or several whose probabilities are averaged: top-1 and top-5 error with intervals, loss, calibration,
 * each class, and for up to 50 classes the confusion matrix.
 *
 *     const run = await lab.train({ network: 'inception-resnet-v1', epochs: 2 });
 *     const { metrics } = await lab.evaluate(run, { crops: 12 });
 *     console.log(metrics.top1.error, metrics.top1.interval);
 *
 * A model is a run of `lab.train`, a recorded run's id, or the path of a checkpoint or weight file. The same evaluation is
 * not done twice; one that was interrupted, which rejects with a LabError, goes on by the same call. Throws a UsageError that
 * names an option, its value and what was expected.
 */
export async function evaluate(
  models: ModelChoice | readonly ModelChoice[],
  { record, progress = true, ...options }: EvaluateSettings = {},
): Promise<EvaluationRecord> {
  const place = recordPlace(record);
  if (!place) {
    throw new UsageError('record is false, but an evaluation keeps its record: expected a name.');
  }
  const take = progress ? evaluationProgress('evaluation') : undefined;
  const controller = new AbortController();
  const release = onInterruption(() => controller.abort());
  try {
    const outcome = await evaluation([models].flat(), options, place, {
      signal: controller.signal,
      onImages: take,
      onWarning: (text) => console.error(text),
    });
    if (!outcome.record) {
      throw new LabError('The evaluation was stopped; the same call goes on from there.');
    }
    return outcome.record;
  } finally {
    release();
  }
}
