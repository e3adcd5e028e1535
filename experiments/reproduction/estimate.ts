import type { Config } from '../../lib/config';
import { duration } from '../../lib/report/format';
import { Jobs } from '../jobs';
import { canExecuteNotebooks } from '../notebooks';
import {
  type EvaluationPace,
  measureEvaluation,
  measureTraining,
  type TrainingPace,
} from './calibration';
import type { Piece } from './forecast';
import type { ExperimentEvaluation, PlannedTraining } from './plan';
import { countsOf, cropPasses, type TrainingWork, trainingWork } from './work';

/** What is left of a plan. */
export interface WorkLeft {
  readonly trainings: readonly PlannedTraining[];
  readonly evaluations: readonly ExperimentEvaluation[];
  /** Whether figures, tables, notebooks and the report come after it. */
  readonly isDrawn: boolean;
}

/** How fast this machine is, by what is left to do. */
export interface Paces {
  /** By the kind of the networks. */
  readonly trainings: ReadonlyMap<string, TrainingPace>;
  readonly evaluation?: EvaluationPace;
}

/** Of the figures, tables and the report, and of the notebooks, on two cores; too little to be worth measuring. */
const DRAWING_SECONDS = 10;
const NOTEBOOK_SECONDS = 20;

/** CIFAR-10's test images, which evaluations use unless told otherwise. */
const TEST_IMAGES = 10_000;

/**
 * Measures how fast this machine is, some seconds for each kind of work that is left; where several runs are to be trained at
 * a time, with as many processes at a time.
 */
export async function measurePaces(
  { trainings, evaluations }: WorkLeft,
  jobs: number,
): Promise<Paces> {
  const paces = new Map<string, TrainingPace>();
  for (const config of examples(trainings.map(({ config }) => config))) {
    paces.set(config.network.form, await measureAtATime(config, jobs));
  }
  const [first] = evaluations;
  const network = first?.planned.runs[0].network;
  return { trainings: paces, evaluation: network && (await measureEvaluation(network)) };
}

/** What is left, piece by piece: trainings, evaluations and what comes after them. */
export function piecesOf(left: WorkLeft, paces: Paces): readonly Piece[] {
  const passes = cropPasses(
    left.evaluations.map(({ planned }) => planned),
    TEST_IMAGES,
  );
  return [
    ...left.trainings.map(({ config, done }) => {
      const work = trainingWork(config, countsOf(config));
      const seconds = trainingSeconds(work, paces.trainings.get(work.kind), 1 - done);
      return { kind: work.kind, seconds, isParallel: true };
    }),
    ...passes.map((count) => ({
      kind: 'evaluation',
      seconds: evaluationSeconds(count, paces.evaluation),
      isParallel: false,
    })),
    ...(left.isDrawn ? drawing() : []),
  ];
}

/** What a share of a training takes: all that its run needs beside steps and evaluations, too. */
export function trainingSeconds(
  { trained, evaluated }: TrainingWork,
  pace: TrainingPace | undefined,
  share: number,
): number {
  if (!pace) return 0;
  const steps = trained * pace.secondsPerTrained + evaluated * pace.secondsPerEvaluated;
  return pace.startSeconds + share * steps;
}

/** What so many crops take; nothing where they have been predicted for another evaluation. */
export function evaluationSeconds(crops: number, pace: EvaluationPace | undefined): number {
  return pace && crops > 0 ? pace.startSeconds + crops * pace.secondsPerCrop : 0;
}

/** The estimate in words. */
export function estimateText(seconds: number, { trainings, evaluation }: Paces): string {
  const measured = [...trainings.values(), ...(evaluation ? [evaluation] : [])];
  const text = `About ${duration(seconds)}`;
  if (measured.length === 0) return `${text}.`;
  const took = measured.reduce((sum, pace) => sum + pace.seconds, 0);
  return `${text}, as measured here in ${duration(took)}; corrected as runs finish.`;
}

function drawing(): readonly Piece[] {
  const seconds = DRAWING_SECONDS + (canExecuteNotebooks() ? NOTEBOOK_SECONDS : 0);
  return [{ kind: 'drawing', seconds, isParallel: false }];
}

/** Of each kind of networks the config that is in the middle by its work. */
function examples(configs: readonly Config[]): readonly Config[] {
  const kinds = [...new Set(configs.map(({ network }) => network.form))];
  return kinds.map((kind) => {
    const ofKind = configs.filter(({ network }) => network.form === kind);
    const sorted = ofKind
      .map((config) => ({ config, work: trainingWork(config, countsOf(config)).trained }))
      .sort((a, b) => a.work - b.work);
    return sorted[Math.floor((sorted.length - 1) / 2)].config;
  });
}

async function measureAtATime(config: Config, jobs: number): Promise<TrainingPace> {
  if (jobs === 1) return measureTraining(config);
  const processes = new Jobs(new AbortController().signal);
  const paces = await Promise.all(Array.from({ length: jobs }, () => processes.measure(config)));
  // The slowest: all of them are under way only as long as the fastest is.
  return paces.reduce((slowest, pace) => (pace.seconds > slowest.seconds ? pace : slowest));
}
