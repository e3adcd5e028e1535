import { expect, it } from 'vitest';

import { probeAt, type StabilityOptions } from '../../lib/training/stabilityOptions';

/** What is probed of the first seven steps: a for all, l for the last layer, a point for nothing. */
function probes(options?: StabilityOptions): string {
  const letters = { all: 'a', 'last layer': 'l', none: '.' };
  return [0, 1, 2, 3, 4, 5, 6].map((step) => letters[probeAt(step, options)]).join('');
}

it.each([
  [undefined, 'a......'],
  [{ every: 0 }, '.......'],
  [{ every: 3 }, 'a.a..a.'],
  [{ every: 3, lastLayerEvery: 1 }, 'alallal'],
  [{ every: 3, lastLayerEvery: 2 }, 'alal.a.'],
  [{ every: 0, lastLayerEvery: 2 }, 'll.l.l.'],
])('probes the first step and then every so many: %j', (options, expected) => {
  expect(probes(options)).toBe(expected);
});
