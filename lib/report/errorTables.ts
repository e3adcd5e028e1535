import { isDeepStrictEqual } from 'node:util';

import { wilsonInterval } from '../evaluation/wilson';
import { datasetTitle } from '../figures/curves';
import type { CropCount, CropPlan } from '../images/crops';
import type { EvaluatedModel } from '../results/evaluatedModel';
import type { EvaluationRecord } from '../results/evaluationRecord';
import type { Metric, Paper } from '../results/paper';
import { count, listed, percent } from './format';
import { distinct, spread } from './summary';
import { TRAINED_SIZES, trainedSizes } from './trainedSizes';

/** The paper's tables of errors: single crop, 12 crops, 144 crops, ensembles. */
export const ERROR_TABLES = [2, 3, 4, 5] as const;
export type ErrorTableNumber = (typeof ERROR_TABLES)[number];

/** What a table takes from the record of an evaluation. */
export type TableEvaluation = Pick<
  EvaluationRecord,
  'startedAt' | 'models' | 'data' | 'crops' | 'metrics'
>;

/** A table of the paper beside the same here; the first row of `cells` is the head. */
export interface ErrorTable {
  readonly number: ErrorTableNumber;
  readonly title: string;
  readonly cells: readonly (readonly string[])[];
  /** What was evaluated here, e.g. "CIFAR-10, 10,000 test images ...". */
  readonly conditions: string;
  readonly notes: readonly string[];
}

const CROPS: Readonly<Record<ErrorTableNumber, CropCount>> = { 2: 1, 3: 12, 4: 144, 5: 144 };

const TITLES: Readonly<Record<ErrorTableNumber, string>> = {
  2: 'one crop',
  3: '12 crops',
  4: '144 crops',
  5: 'ensembles, 144 crops',
};

/**
 * A table of the paper beside the evaluations that belong into it: those of its crops, of one model or, in Table 5, of
 * several, on the same images and with the same crops as the newest of them, and trained on as many sizes.
 *
 * Several evaluations of one row are of different trainings; their mean is shown. Undefined when none belongs into it.
 */
export function errorTable(
  number: ErrorTableNumber,
  paper: Paper,
  evaluations: readonly TableEvaluation[],
): ErrorTable | undefined {
  const here = tableEvaluations(number, evaluations);
  if (here.length === 0) return undefined;
  const { rows, what } = paper[`table${number}`];
  const size = number === 5 ? 'models' : 'crops';
  const ofRows = rows.map(({ network }) => rowEvaluations(network, here));
  const several = ofRows.some((row) => row.length > 1);
  const cells = rows.map((row, index) => [
    row.network,
    String('models' in row ? row.models : row.crops),
    ...cellsHere(row, ofRows[index], number),
    ...(several ? [eachTraining(ofRows[index])] : []),
  ]);
  const trainings = several ? ['top-1 of each training'] : [];
  return {
    number,
    title: `Table ${number}: ${TITLES[number]}`,
    cells: [['network', `${size}, paper`, `${size}, here`, ...HEAD, ...trainings], ...cells],
    conditions: conditionsOf(here),
    notes: notesOf(number, what, here),
  };
}

const WEIGHTS: Readonly<Record<EvaluatedModel['weights'], string>> = {
  averaged: 'with the moving averages of the weights',
  raw: 'with the weights as the last step left them',
  file: 'with weights from files',
};

const HEAD = ['top-1, paper', 'top-1, here', 'top-5, paper', 'top-5, here', 'images'];

/** The evaluations that belong into a table and may be compared. */
export function tableEvaluations<T extends TableEvaluation>(
  number: ErrorTableNumber,
  evaluations: readonly T[],
): readonly T[] {
  return comparable(
    evaluations.filter(
      ({ crops, models }) => crops === CROPS[number] && models.length > 1 === (number === 5),
    ),
  );
}

/** Those of a row of the table: of different trainings of the networks that it names. */
export function rowEvaluations<T extends TableEvaluation>(
  name: string,
  here: readonly T[],
): readonly T[] {
  return sameNetworks(here.filter((one) => isRow(name, one)));
}

/** The evaluations that share images, crops and sizes in training with the newest; of those of the same runs the newest. */
function comparable<T extends TableEvaluation>(evaluations: readonly T[]): readonly T[] {
  const byTime = [...evaluations].sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  const alike = likeNewest(byTime, ({ data, models, metrics }) => [
    ...[data, models[0].plan, models[0].weights, metrics.images, trainedSizes({ models })],
  ]);
  const runs = ({ models }: TableEvaluation) => models.map(({ run, sha256 }) => run ?? sha256);
  return [...new Map(alike.map((one) => [runs(one).join(), one])).values()];
}

/** Of the evaluations of a row those whose networks are the newest's, trained on the same data. */
function sameNetworks<T extends TableEvaluation>(row: readonly T[]): readonly T[] {
  return likeNewest(row, ({ models }) =>
    models.map(({ config, trainedOn }) => [config, trainedOn]),
  );
}

/** Those of which the same can be said as of the last one. */
function likeNewest<T extends TableEvaluation>(
  byTime: readonly T[],
  said: (one: T) => unknown,
): readonly T[] {
  const newest = byTime.slice(-1).map(said);
  return byTime.filter((one) => isDeepStrictEqual([said(one)], newest));
}

/** Whether the models are of the networks that a row names, e.g. "inception-v4 + 3x inception-resnet-v2". */
function isRow(name: string, { models }: TableEvaluation): boolean {
  const networks = models.map((model) => model.name);
  const named = name.split(' + ').map((part) => part.replace(/^\d+x /, ''));
  return isDeepStrictEqual(distinct(named).sort(), distinct(networks).sort());
}

function cellsHere(
  row: { readonly top1: number | null; readonly top5: number },
  here: readonly TableEvaluation[],
  number: ErrorTableNumber,
): readonly string[] {
  const paper = (value: number | null): string => (value === null ? '-' : percent(value));
  const none = here.length === 0;
  const size = number === 5 ? here[0]?.models.length : CROPS[number];
  return [
    none ? '-' : String(size),
    paper(row.top1),
    none ? '-' : meanError(here, 'top1'),
    paper(row.top5),
    none ? '-' : meanError(here, 'top5'),
    none ? '-' : count(here[0].metrics.images),
  ];
}

function eachTraining(here: readonly TableEvaluation[]): string {
  return here.map(({ metrics }) => percent(metrics.top1.error)).join(', ') || '-';
}

/** "12.3 [11.9, 12.8]": the mean over trainings and its interval over images. */
function meanError(here: readonly TableEvaluation[], metric: Metric): string {
  const { images } = here[0].metrics;
  const misses = spread(here.map(({ metrics }) => metrics[metric].misses)).mean;
  const [low, high] = wilsonInterval(misses, images);
  return `${percent((100 * misses) / images)} [${percent(100 * low)}, ${percent(100 * high)}]`;
}

function notesOf(
  number: ErrorTableNumber,
  what: string,
  here: readonly TableEvaluation[],
): readonly string[] {
  return [
    `Errors in percent. The paper: ImageNet, ${what}. Here: ${conditionsOf(here)}. ` +
      'These are different tasks: compare the order and the differences, not the numbers.',
    ...cropNotes(here[0].models[0].plan),
    'In brackets the 95 % interval (Wilson) over images; what differs from training to training comes on top of it.',
  ].concat(number === 5 ? ['The members of an ensemble differ in network or seed.'] : []);
}

function conditionsOf([{ data, models, metrics }]: readonly TableEvaluation[]): string {
  const [{ plan, weights }] = models;
  return (
    `${datasetTitle({ data })}, ${count(metrics.images)}${data.of === undefined ? '' : ` of ${count(data.of)}`} test images in ${metrics.perClass.length} classes, ` +
    `inputs of ${plan.inputSize} x ${plan.inputSize}, networks ${TRAINED_SIZES[trainedSizes({ models })]}, ${WEIGHTS[weights]}`
  );
}

function cropNotes({ crops, inputSize, centralFraction, scales }: CropPlan): readonly string[] {
  if (crops === 1) {
    return [
      centralFraction === 1
        ? 'The single crop is the whole image.'
        : `The single crop is the central ${percent(100 * centralFraction)} % of height and of width.`,
    ];
  }
  const used = listed(crops === 12 ? scales.slice(0, 1) : scales);
  const views = 'four corners, the centre and the whole square, each with its mirror';
  return [
    crops === 12
      ? `The paper does not say which its 12 crops are; here: the central square scaled to ${used}, crops of ${inputSize} from its ${views}.`
      : `As in GoogLeNet, in proportion to the input: the three squares of an image (where it is square, they are the same) scaled to ${used}, crops of ${inputSize} from their ${views}.`,
  ];
}
