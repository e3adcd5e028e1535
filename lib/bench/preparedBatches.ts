import type { Batch } from '../data/batches';
import { randomStream } from '../data/random';
import type { Network } from '../models/node';
import { elements } from '../models/parameters';
import { classesOf } from './work';

/** Batches that a contestant goes through in turn; as many as in test/peers/lines.py. */
const PREPARED_BATCHES = 4;

/** Random images in [-1, 1] and labels, made before the clock runs. */
export function preparedBatches(network: Network, count: number): readonly Batch[] {
  const random = randomStream(1);
  const pixels = count * elements(network.nodes[0].shape);
  const classes = classesOf(network);
  return Array.from({ length: PREPARED_BATCHES }, () => ({
    count,
    pixels: Float32Array.from({ length: pixels }, () => 2 * random() - 1),
    labels: Int32Array.from({ length: count }, () => Math.floor(classes * random())),
  }));
}
