import { z } from 'zod';

import { elements } from '../models/parameters';
import { count, LIMITS, name, numbers, shape, summary } from './schemaParts';

const batchNormStep = z.object({
  batch_mean: summary,
  batch_variance_bessel: summary,
  batch_variance_biased: summary,
  new_moving_mean: summary,
  new_moving_variance_bessel_tf1_fused_and_torch: summary,
  new_moving_variance_biased_keras3: summary,
});

const blockSize = z.int().positive().max(LIMITS.blockSize);
const blockShape = z
  .tuple([blockSize, blockSize, blockSize, blockSize])
  .refine((sizes) => elements(sizes) <= LIMITS.elements, {
    error: `more than ${LIMITS.elements} elements`,
  });

/** A block alone in training mode. */
export const trainingBlock = z.preprocess(
  withSteps,
  z.object({
    block: name,
    scale: z.number(),
    input: name,
    loss_weights: name,
    shape: blockShape,
    epsilon: z.number(),
    loss_torch_f64: z.number(),
    output_torch_f64: summary,
    grads: z.record(name, z.object({ shape, f64: summary })),
    steps: z.array(z.object({ decay: z.number(), layers: z.record(name, batchNormStep) })).min(1, {
      error: 'no "bn_update_decay_<decay>_one_step"',
    }),
  }),
);

/** The steps of the moving statistics have their decay in the key: `bn_update_decay_0.9997_one_step`. */
function withSteps(block: unknown): unknown {
  if (typeof block !== 'object' || block === null) {
    return block;
  }
  const steps = Object.entries(block).flatMap(([key, layers]: [string, unknown]) => {
    const decay = /^bn_update_decay_(0\.\d+)_one_step$/.exec(key)?.[1];
    return decay === undefined ? [] : [{ decay: Number(decay), layers }];
  });
  return { ...block, steps };
}

const schedule = z
  .object({
    formula: z.string().transform((text, context) => parseSchedule(text, context)),
    epochs: z.array(count).min(1),
    lr_f64: numbers,
    staircase_by_step: z.object({
      decay_steps: z.int().positive(),
      steps: z.array(count).min(1),
      lr_f64: numbers,
    }),
  })
  .refine(({ epochs, lr_f64: rates }) => epochs.length === rates.length, {
    error: 'epochs and lr_f64 differ in length',
  });

/** "0.045 * 0.94 ** floor(epoch / 2)" */
function parseSchedule(text: string, context: z.RefinementCtx) {
  const match = /^([\d.]+) \* ([\d.]+) \*\* floor\(epoch \/ (\d+)\)$/.exec(text);
  if (!match) {
    context.addIssue('expected "<rate> * <factor> ** floor(epoch / <epochs>)"');
    return z.NEVER;
  }
  const [learningRate, decayRate, decayEpochs] = match.slice(1).map(Number);
  return { learningRate, decayRate, decayEpochs };
}

const labelSmoothing = z
  .object({
    eps: z.number(),
    classes: z.int().min(2).max(LIMITS.classes),
    labels: z.array(count).min(1),
    logits: z.array(numbers).min(1),
    mean_f64: z.number(),
  })
  .refine(
    ({ classes, labels, logits: rows }) =>
      labels.length === rows.length &&
      labels.every((label) => label < classes) &&
      rows.every((row) => row.length === classes),
    { error: 'labels and logits do not fit the number of classes' },
  );

/** "fixture/clip/grad_0 (x3)": a tensor of the formula, times a number. */
const scaledTensor = z.string().transform((text, context) => {
  const [, tensor, factor] = /^(\S+) \(x(\d+)\)$/.exec(text) ?? [];
  if (tensor === undefined) {
    context.addIssue('expected "<name> (x<factor>)"');
    return z.NEVER;
  }
  return { name: tensor, factor: Number(factor) };
});

/** Steps of the optimizer, the schedule, the moving averages and losses. */
export const optimizer = z.object({
  rmsprop: z.object({
    rho: z.number(),
    momentum: z.number(),
    epsilon: z.number(),
    ms_init: z.literal(1),
    mom_init: z.literal(0),
    var0: numbers,
    steps: z.array(z.object({ lr: z.number(), grad: numbers, var_f64: numbers })).min(1),
  }),
  lr_schedule: schedule,
  ema: z.object({
    decay: z.number(),
    rows: z
      .array(
        z.object({
          num_updates: count,
          decay: z.number(),
          value: numbers,
          shadow_f64: numbers,
        }),
      )
      .min(2),
  }),
  losses: z.object({
    label_smoothing: labelSmoothing,
    l2_regularizer: z.object({ scale: z.number(), tensor: scaledTensor, value_f64: z.number() }),
    clip_by_global_norm: z.object({
      clip_norm: z.number().positive(),
      grads: z.array(numbers).min(1),
      global_norm_tf_f32: z.number(),
      clipped_tf_f32: z.array(numbers).min(1),
    }),
  }),
});

/** A block alone in training mode. */
export type TrainingBlock = z.infer<typeof trainingBlock>;

/** Steps of the optimizer, the schedule, the moving averages and losses. */
export type OptimizerNumbers = z.infer<typeof optimizer>;
