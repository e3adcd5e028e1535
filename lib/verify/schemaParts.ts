import { z } from 'zod';

import { elements } from '../models/parameters';

/** Limits of what a reference file may ask for: nothing is allocated before they are checked. */
export const LIMITS = {
  pixels: 2 ** 21,
  blockSize: 4096,
  classes: 25_000,
  elements: 2 ** 26,
  name: 200,
};

/** A number of things. */
export const count = z.int().nonnegative();
/** A name. */
export const name = z.string().min(1).max(LIMITS.name);
/** Some numbers. */
export const numbers = z.array(z.number()).min(1);
/** The shape of a tensor that is small enough to be computed. */
export const shape = z
  .array(z.int().positive())
  .min(1)
  .max(4)
  .refine((sizes) => elements(sizes) <= LIMITS.elements, {
    error: `more than ${LIMITS.elements} elements`,
  });

/** Mean, population standard deviation and l2 norm of a tensor. */
export const moments = z.object({
  mean: z.number(),
  std: z.number().nonnegative(),
  l2: z.number(),
});
/** The same and some of its elements. */
export const summary = moments.extend({ probe: numbers, first4: numbers, last4: numbers });
