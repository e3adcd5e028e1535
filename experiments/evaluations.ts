import { existsSync } from 'node:fs';
import path from 'node:path';

import type { Backend } from '../lib/backend/select';
import type { Config } from '../lib/config';
import { datasetImages, type EvaluationImages, evenlySpread } from '../lib/data/evaluationImages';
import { loadDataset } from '../lib/data/load';
import { ImageWorkers } from '../lib/images/imageWorkers';
import { percent } from '../lib/report/format';
import { type EvaluatedModel, openModel } from '../lib/results/evaluatedModel';
import { evaluationId, type EvaluationTask } from '../lib/results/evaluationTask';
import { type EvaluationOutcome, recordedEvaluation } from '../lib/results/recordedEvaluation';
import { resolveBackend } from '../lib/results/recordedRun';
import type { Scale } from '../lib/results/scale';
import { recordFolder } from '../lib/results/store';
import { cropEvaluations, CROPS } from './crops';
import { ensembleEvaluations, ENSEMBLES } from './ensembles';
import { evaluatedElsewhere } from './evaluatedElsewhere';
import { finishedRunFiles } from './evaluatedRuns';
import { type EvaluationDisplay, evaluationDisplay } from './evaluationDisplay';
import { interruption } from './interruption';
import type { PlannedEvaluation } from './plannedEvaluation';

/** The experiments that evaluate what others have trained, by name: each gives the evaluations of a scale. */
export const EVALUATION_EXPERIMENTS: ReadonlyMap<
  string,
  (scale: Scale) => readonly PlannedEvaluation[]
> = new Map([
  [CROPS, cropEvaluations],
  [ENSEMBLES, ensembleEvaluations],
]);

/** What came of the evaluations of a command. */
export interface EvaluationsOutcome {
  /** In the order of the plan; those that were not finished are missing. */
  readonly outcomes: readonly EvaluationOutcome[];
  /** The exit code of a command that was interrupted. */
  readonly interrupted?: number;
}

/** A planned evaluation and whether its record is there already. */
export interface ListedEvaluation {
  readonly title: string;
  readonly finished: boolean;
}

/** How evaluations are made and shown. */
export interface EvaluationOptions {
  /** See EvaluationTask. */
  readonly predictionsFolder?: string;
  /** Absent: one of its own. */
  readonly display?: EvaluationDisplay;
  /** What an evaluation is called, by its place in the plan. */
  readonly titles?: readonly string[];
  /** Is told, by their places in the plan, which evaluations have ended, and after how many seconds. */
  readonly onEnd?: (index: number, outcome: EvaluationOutcome, seconds: number) => void;
}

/** What the evaluations of a command share. */
interface Setting {
  readonly experiment: string;
  readonly folder: string;
  readonly files: ReadonlyMap<Config, string>;
  readonly images: EvaluationImages;
  readonly backend: Backend;
  readonly predictionsFolder?: string;
}

/** What an experiment would evaluate, without doing it. Throws as `runEvaluations` does. */
export async function planEvaluations(
  experiment: string,
  scale: Scale,
  planned: readonly PlannedEvaluation[],
): Promise<readonly ListedEvaluation[]> {
  const setting = await settingOf(experiment, scale, planned);
  return Promise.all(
    planned.map(async (one) => {
      const finished =
        elsewhere(setting, one) !== undefined ||
        (await withTask(setting, one, (task) =>
          Promise.resolve(existsSync(path.join(task.folder, `${evaluationId(task)}.json`))),
        ));
      return { title: titleOf(one), finished };
    }),
  );
}

/**
 * Evaluates what an experiment asks for; finished evaluations are skipped, an interrupted one goes on where it was.
 *
 * Throws a LabError when runs that it needs have not been trained, with the
 * commands that train them.
 */
export async function runEvaluations(
  experiment: string,
  scale: Scale,
  planned: readonly PlannedEvaluation[],
  options: EvaluationOptions = {},
): Promise<EvaluationsOutcome> {
  const { predictionsFolder } = options;
  const setting = { ...(await settingOf(experiment, scale, planned)), predictionsFolder };
  const workers = new ImageWorkers();
  try {
    return await evaluateAll(setting, planned, workers, options);
  } finally {
    await workers.close();
  }
}

async function settingOf(
  experiment: string,
  scale: Scale,
  planned: readonly PlannedEvaluation[],
): Promise<Setting> {
  const files = await finishedRunFiles(scale, planned);
  const [config] = files.keys();
  const { backend } = await resolveBackend(config);
  const images = datasetImages(await loadDataset(config));
  return { experiment, folder: recordFolder(experiment, scale), files, images, backend };
}

async function evaluateAll(
  setting: Setting,
  planned: readonly PlannedEvaluation[],
  workers: ImageWorkers,
  { display = evaluationDisplay(), titles = numberedTitles(planned), onEnd }: EvaluationOptions,
): Promise<EvaluationsOutcome> {
  const { signal, exitCode, release } = interruption(display.say, display.stop);
  const outcomes: EvaluationOutcome[] = [];
  try {
    for (const [index, one] of planned.entries()) {
      if (signal.aborted) break;
      const start = performance.now();
      const title = titles[index];
      const events = { onImages: display.begin(title), signal };
      const outcome =
        elsewhere(setting, one) ??
        (await withTask(setting, one, (task) => recordedEvaluation(task, workers, events)));
      display.say(`${title}  ${outcomeText(outcome)}`);
      if (!outcome.record) continue;
      outcomes.push(outcome);
      onEnd?.(index, outcome, (performance.now() - start) / 1000);
    }
    return { outcomes, interrupted: exitCode() };
  } finally {
    release();
    display.stop();
  }
}

function numberedTitles(planned: readonly PlannedEvaluation[]): readonly string[] {
  return planned.map((one, index) => `[${index + 1}/${planned.length}] ${titleOf(one)}`);
}

/** What was evaluated on another machine, which kept the weights. */
function elsewhere(
  { folder, files, images }: Setting,
  planned: PlannedEvaluation,
): EvaluationOutcome | undefined {
  const runFiles = planned.runs.map((config) => files.get(config) as string);
  const record = evaluatedElsewhere(folder, runFiles, planned, images);
  return record && { file: path.join(folder, `${record.id}.json`), record, skipped: true };
}

/** Opens the models of an evaluation as long as some work needs them. */
async function withTask<Result>(
  { files, images, ...setting }: Setting,
  { runs, crops, images: count }: PlannedEvaluation,
  work: (task: EvaluationTask) => Promise<Result>,
): Promise<Result> {
  const models: EvaluatedModel[] = [];
  try {
    runs.forEach((config) => models.push(openModel(files.get(config) as string)));
    return await work({
      ...setting,
      ...{ models, crops, protocol: 'cifar10' },
      images: count === undefined ? images : evenlySpread(images, count),
    });
  } finally {
    models.forEach((model) => model.close());
  }
}

/** E.g. "inception-v4 seed 0 + inception-resnet-v2 seed 0, trained by convergence, 144 crops". */
export function titleOf({ trainedBy, runs, crops }: PlannedEvaluation): string {
  const names = runs.map(({ network, seed }) => `${network.name} seed ${seed}`);
  return `${names.join(' + ')}, trained by ${trainedBy}, ${crops === 1 ? '1 crop' : `${crops} crops`}`;
}

function outcomeText({ record, skipped }: EvaluationOutcome): string {
  if (!record) return 'stopped; the same command goes on from there';
  const { top1, top5 } = record.metrics;
  const errors = `top-1 error ${percent(top1.error)} %, top-5 error ${percent(top5.error)} %`;
  return `${skipped ? 'finished before, skipped: ' : ''}${errors}  (${record.id})`;
}
