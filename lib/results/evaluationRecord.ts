import { readFileSync } from 'node:fs';

import { z } from 'zod';

import type { Execution, Precision } from '../backend/executionChoices';
import { LabError } from '../errors';
import type { Metrics } from '../evaluation/metrics';
import type { CropCount, CropPlan } from '../images/crops';
import type { Environment } from './environment';
import type { EvaluatedModel } from './evaluatedModel';

/** Version of the record's form; a newer one is refused, not guessed at. */
export const EVALUATION_SCHEMA = 1;

const REMEDY = 'Put a good copy back; or delete it and evaluate again.';

/** One of the models whose probabilities were averaged, and how images were cut for it. */
export interface ModelEntry extends Omit<EvaluatedModel, 'read' | 'close'> {
  readonly plan: CropPlan;
  /** Crops in a forward pass; the last bits depend on it. */
  readonly batchSize: number;
}

/** The images of an evaluation. */
export interface DataEntry {
  readonly name: string;
  readonly sha256: string;
  /** How many were taken, those that could not be read and the blacklisted ones among them. */
  readonly images: number;
  /** How many the set has, where not all were taken: evenly spread ones were. */
  readonly of?: number;
  /** The file with the images to leave out, and how many of those taken it names. */
  readonly blacklist?: { readonly sha256: string; readonly excluded: number };
}

/** What an evaluation was and what came of it; one file. */
export interface EvaluationRecord {
  readonly type: 'evaluation';
  readonly schema: number;
  readonly id: string;
  readonly experiment: string;
  readonly startedAt: string;
  readonly models: readonly ModelEntry[];
  readonly data: DataEntry;
  /** Crops of an image; the softmax is averaged over them, then over the models. */
  readonly crops: CropCount;
  readonly git: { readonly commit: string | null; readonly dirty: boolean | null };
  readonly environment: Environment;
  readonly backend: { readonly name: string; readonly version: string };
  readonly execution: { readonly mode: Execution; readonly precision: Precision };
  /** Images that could not be read and were left out, as `EvaluationImages.describe` calls them. */
  readonly skipped: readonly string[];
  /** Of all images that could be read. */
  readonly metrics: Metrics;
  /** The same without the blacklisted ones; absent without a blacklist. */
  readonly withoutBlacklisted?: Metrics;
  /** Wall time of the command that ended the evaluation; what earlier ones had done it found in files. */
  readonly seconds: number;
}

const percent = z.number().min(0).max(100);
const count = z.number().int().min(0);

const errorRateSchema = z.looseObject({
  misses: count,
  error: percent,
  interval: z.tuple([percent, percent]),
});

const metricsSchema = z.looseObject({
  images: count,
  loss: z.number(),
  top1: errorRateSchema,
  top5: errorRateSchema,
  calibration: z.looseObject({
    expectedError: percent,
    bins: z.array(
      z.looseObject({
        images: count,
        confidence: percent.nullable(),
        accuracy: percent.nullable(),
      }),
    ),
  }),
  perClass: z.array(
    z.looseObject({
      name: z.string(),
      images: count,
      top1Error: percent.nullable(),
      top5Error: percent.nullable(),
    }),
  ),
  confusion: z.array(z.array(count)).optional(),
});

const modelSchema = z.looseObject({
  name: z.string(),
  reference: z.string(),
  weights: z.enum(['averaged', 'raw', 'file']),
  config: z.looseObject({ inputSize: z.number(), classes: z.number() }),
  sha256: z.string(),
  trainedOn: z.looseObject({ name: z.string() }).optional(),
  run: z.string().optional(),
  step: count.optional(),
  plan: z.looseObject({
    crops: z.number(),
    inputSize: z.number(),
    centralFraction: z.number(),
    scales: z.array(z.number()),
  }),
  batchSize: z.number().int().positive(),
});

const evaluationSchema = z.looseObject({
  type: z.literal('evaluation'),
  schema: z.number(),
  id: z.string(),
  experiment: z.string(),
  startedAt: z.string(),
  models: z.array(modelSchema).min(1),
  data: z.looseObject({
    name: z.string(),
    sha256: z.string(),
    images: count,
    of: count.optional(),
    blacklist: z.looseObject({ sha256: z.string(), excluded: count }).optional(),
  }),
  crops: z.union([z.literal(1), z.literal(12), z.literal(144)]),
  git: z.looseObject({ commit: z.string().nullable(), dirty: z.boolean().nullable() }),
  environment: z.looseObject({}),
  backend: z.looseObject({ name: z.string(), version: z.string() }),
  execution: z.looseObject({ mode: z.string(), precision: z.string() }),
  skipped: z.array(z.string()),
  metrics: metricsSchema,
  withoutBlacklisted: metricsSchema.optional(),
  seconds: z.number(),
});

/** The evaluation in a file. Throws a LabError for a newer schema or what is not the record of an evaluation. */
export function readEvaluation(file: string): EvaluationRecord {
  return parseEvaluation(readFileSync(file, 'utf8'), file);
}

/** An evaluation from the text of its file; `file` is named in errors. */
export function parseEvaluation(text: string, file: string): EvaluationRecord {
  const value = parseJson(text, file);
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (typeof schema === 'number' && schema > EVALUATION_SCHEMA) {
    throw new LabError(
      `${file} has schema ${schema}, but this version reads up to ${EVALUATION_SCHEMA}. Update the kit: git pull, then npm run setup.`,
    );
  }
  const result = evaluationSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new LabError(`${file}: "${issue.path.join('.')}" is wrong: ${issue.message}. ${REMEDY}`);
  }
  // Loose schemas check what readers need; the rest is as it was written.
  return value as EvaluationRecord;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LabError(`${file} is not JSON: the record is damaged. ${REMEDY}`);
  }
}
