import { existsSync } from 'node:fs';
import path from 'node:path';

import { writing } from '../files/diskError';
import { TEMPORARY, writeDurably } from '../files/durable';
import type { PicturePreparer } from '../images/preparation';
import { projectRoot } from '../projectRoot';
import type { EvaluatedModel } from './evaluatedModel';
import { evaluationOf } from './evaluationOf';
import { type EvaluationRecord, readEvaluation } from './evaluationRecord';
import {
  batchSizeOf,
  evaluationId,
  type EvaluationTask,
  planOf,
  requireFit,
} from './evaluationTask';
import { predictModel } from './modelPredictions';
import type { PredictionsFile } from './predictionsFile';

/** Where an evaluation stands. */
export interface EvaluationProgress {
  /** Counted from 1. */
  readonly model: number;
  readonly models: number;
  /** Images that the model has done. */
  readonly done: number;
  readonly images: number;
}

/** What an evaluation tells while it goes on. */
export interface EvaluationEvents {
  readonly onImages?: (progress: EvaluationProgress) => void;
  /** Ends it after the images under way. */
  readonly signal?: AbortSignal;
}

/** The record of an evaluation, absent when a signal ended it, and whether it was there before. */
export interface EvaluationOutcome {
  readonly file: string;
  readonly record?: EvaluationRecord;
  readonly skipped: boolean;
}

/**
 * Evaluates models on images and writes the record; what a killed or stopped evaluation had predicted is used again, and a
 * finished one is not done again.
 *
 * Several models are averaged; each is loaded when it is its turn, so memory does not grow with their number. Throws a
 * UsageError when models and images do not fit together, and LabErrors as `predictModel` does.
 */
export async function recordedEvaluation(
  task: EvaluationTask,
  workers: PicturePreparer,
  events: EvaluationEvents = {},
): Promise<EvaluationOutcome> {
  requireFit(task);
  const id = evaluationId(task);
  const file = path.join(task.folder, `${id}.json`);
  if (existsSync(file)) return { file, record: readEvaluation(file), skipped: true };
  const start = new Date();
  const predictions: PredictionsFile[] = [];
  try {
    for (const [index, model] of task.models.entries()) {
      const opened = await predict(task, model, index, workers, events);
      predictions.push(opened);
      if (opened.rows < task.images.count) return { file, skipped: false };
    }
    const record = evaluationOf(task, id, start, predictions);
    write(file, record);
    return { file, record, skipped: false };
  } finally {
    predictions.forEach((opened) => opened.close());
  }
}

function predict(
  task: EvaluationTask,
  model: EvaluatedModel,
  index: number,
  workers: PicturePreparer,
  { onImages, signal }: EvaluationEvents,
): Promise<PredictionsFile> {
  const { images, models, backend, skipCorrupt = false } = task;
  const { predictionsFolder = path.join(projectRoot(), '.lab', 'predictions') } = task;
  return predictModel(
    {
      ...{ model, images, skipCorrupt, backend: backend.name, predictionsFolder },
      plan: planOf(task, model),
      batchSize: batchSizeOf(task, model),
    },
    workers,
    {
      signal,
      onImages: (done) =>
        onImages?.({ model: index + 1, models: models.length, done, images: images.count }),
    },
  );
}

function write(file: string, record: EvaluationRecord): void {
  const text = Buffer.from(`${JSON.stringify(record, undefined, 1)}\n`);
  writing(
    file,
    () => 'the predictions are kept',
    () => writeDurably(`${file}.${process.pid}${TEMPORARY}`, [text], () => file),
  );
}
