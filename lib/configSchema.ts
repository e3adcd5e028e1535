import { z } from 'zod';

import { EXECUTIONS, PRECISIONS } from './backend/executionChoices';
import { BACKEND_CHOICES } from './backend/select';
import type { Config } from './config';
import { CROP_KINDS } from './data/augment';
import { networkConfigSchema } from './networkConfigSchema';
import { OPTIMIZERS } from './training/optimizer';
import { SCHEDULES, WARM_UPS } from './training/schedules';

const positive = z.number().positive();
const count = z.number().int().positive();
const file = z.string({ error: 'expected the path of a folder or file' }).min(1);
const share = z.number().min(0).lt(1);

const warmUp = z
  .strictObject({
    kind: z.enum(WARM_UPS),
    learningRate: z.number().min(0),
    steps: count.optional(),
    epochs: positive.optional(),
    untilError: positive.max(100).optional(),
  })
  .refine(
    ({ steps, epochs, untilError }) =>
      [steps, epochs, untilError].filter((length) => length !== undefined).length === 1,
    {
      error: 'expected its length in one of steps, epochs and untilError',
    },
  )
  .refine(({ kind, untilError }) => kind === 'constant' || untilError === undefined, {
    path: ['untilError'],
    error: 'expected none: only a warm-up of the kind constant ends at an error',
  });

const memoryData = z.strictObject(
  {
    name: z.enum(['cifar10', 'synthetic']),
    trainImages: count,
    testImages: count,
    augment: z.boolean(),
    crops: z.enum(CROP_KINDS).optional(),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `expected no ${issue.keys.join(', ')}: that is for data.name=imageFolder`
        : undefined,
  },
);

const folderData = z.strictObject(
  {
    name: z.literal('imageFolder'),
    train: file,
    validation: file,
    labels: file.optional(),
    synsets: file.optional(),
    trainImages: count.optional(),
    testImages: count.optional(),
    augment: z.boolean(),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `expected no ${issue.keys.join(', ')}: that is for images in memory`
        : undefined,
  },
);

const data = z.discriminatedUnion('name', [memoryData, folderData], {
  error: ({ code }) =>
    code === 'invalid_union' ? 'expected one of cifar10, synthetic and imageFolder' : undefined,
});

/** What a config must be when it comes from a person or a file. */
export const configSchema: z.ZodType<Config> = z.strictObject({
  network: networkConfigSchema,
  data,
  optimizer: z.strictObject({
    name: z.enum(OPTIMIZERS).optional(),
    learningRate: positive,
    decayRate: z.number().gt(0).max(1),
    decayEpochs: positive,
    decay: share,
    momentum: share,
    epsilon: positive,
    linearRate: positive.optional(),
  }),
  schedule: z.enum(SCHEDULES).optional(),
  warmUp: warmUp.optional(),
  gradientClip: positive.optional(),
  weightDecay: z.number().min(0).optional(),
  auxiliaryLossWeight: z.number().min(0).optional(),
  labelSmoothing: share,
  batchNormDecay: share,
  averageDecay: share,
  batchSize: count,
  accumulation: count.optional(),
  epochs: count,
  earlyStopping: z
    .strictObject({ patience: count, minimumDelta: z.number().min(0).optional() })
    .optional(),
  stability: z
    .strictObject({
      every: z.number().int().min(0).optional(),
      lastLayerEvery: z.number().int().min(0).optional(),
      diedAfter: count.optional(),
    })
    .optional(),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1),
  backend: z.enum(BACKEND_CHOICES),
  execution: z.enum(EXECUTIONS).optional(),
  precision: z.enum(PRECISIONS).optional(),
});
