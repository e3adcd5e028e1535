import { z } from 'zod';

import { NETWORK_FORMS, NETWORK_NAMES } from './networks';

const perStage = <T extends z.ZodType<number>>(each: T) =>
  z.strictObject({ a: each, b: each, c: each });

/** What a network's config must be when it comes from a person or a file; the limits keep nonsense from being built. */
export const networkSchema = z.strictObject({
  name: z.enum(NETWORK_NAMES),
  form: z.enum(NETWORK_FORMS),
  inputSize: z.number().int().positive().max(10_000),
  classes: z.number().int().min(0).max(1_000_000),
  auxiliaryHead: z.boolean().optional(),
  width: z.number().positive().max(100),
  filters: z.number().int().multipleOf(4).min(100).max(100_000).optional(),
  lastBatchNorm: z.boolean().optional(),
  repeats: perStage(z.number().int().min(0).max(1000)),
  residualScale: perStage(z.number()),
  dropoutKeep: z.number().gt(0).max(1),
});
