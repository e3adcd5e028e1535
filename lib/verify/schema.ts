import { z } from 'zod';

import { count, LIMITS, moments, name, numbers, shape, summary } from './schemaParts';
import { optimizer, trainingBlock } from './trainingSchema';

const logits = z.array(moments.extend({ first16: numbers, argmax: count })).min(1);

const implementation = z.object({
  logits,
  stages: z
    .record(name, z.object({ shape, images: z.array(summary.partial().extend(moments.shape)) }))
    .optional(),
  aux_logits: logits.optional(),
  PreLogits: z.array(moments).optional(),
});

const imageShape = z
  .tuple([z.int().positive(), z.int().positive(), z.int().positive(), z.literal(3)])
  .refine(([images, height, width]) => images * height * width <= LIMITS.pixels, {
    error: `more than ${LIMITS.pixels} pixels`,
  });

const params = z.strictObject({
  timm_num_params: count.optional(),
  keras_trainable: count.optional(),
  keras_non_trainable: count.optional(),
  slim_trainable: count.optional(),
  slim_non_trainable: count.optional(),
  slim_trainable_with_aux: count.optional(),
});

const entry = z
  .object({
    input: z.object({ name, shape: imageShape, first4: numbers, l2: z.number() }),
    params,
    implementations: z.record(name, implementation),
    primary: name,
    aux_variables: z.array(z.tuple([name, shape])).optional(),
  })
  .refine(({ implementations, primary }) => implementations[primary]?.stages !== undefined, {
    error: 'the primary implementation has no stages',
    path: ['primary'],
  });

const layer = z
  .tuple([name, count.nullable(), count.nullable(), z.int().positive(), z.int().positive()])
  .rest(z.unknown())
  .refine((columns) => typeof columns[7] === 'boolean', { error: 'column 7 (bn) is no boolean' })
  .transform(([scope, height, width, inputs, outputs, ...rest]) => ({
    scope,
    shape: height === null || width === null ? [inputs, outputs] : [height, width, inputs, outputs],
    batchNorm: rest[2] === true,
  }));

const formulaVector = z.object({
  name,
  shape,
  key: count,
  u32_first4: z.array(count).min(1),
  first4: numbers,
  last: z.number(),
  checksum: count,
  sum_f64: z.number(),
});

/** A file of reference numbers, format 1. */
export const referenceSchema = z.object({
  format: z.literal(1),
  seed: z.int(),
  num_classes: z.int().positive().max(LIMITS.classes),
  formula_vectors: z.array(formulaVector).min(1),
  models: z.record(name, z.record(z.string().regex(/^\d+$/), entry)),
  layers: z.record(name, z.array(layer).min(1)),
  optimizer,
  training_block: trainingBlock,
});

/** What a reference file holds, as far as it is compared. */
export type Reference = z.infer<typeof referenceSchema>;

/** The numbers of one network at one image size. */
export type ReferenceEntry = z.infer<typeof entry>;

/** A convolution or classifier by its slim scope; its kernel is HWIO or [in, out]. */
export type ReferenceLayer = z.infer<typeof layer>;

/** Mean, population standard deviation and l2 norm of a tensor, and some of its elements. */
export type Summary = z.infer<typeof summary>;

/** The same of the logits of one image. */
export type LogitsSummary = z.infer<typeof logits>[number];
