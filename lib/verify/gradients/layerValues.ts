import { formulaValues } from '../formula';
import type { LayerValues } from './expectation';
import { type LayerShape, shapeText } from './layerShapes';

/** Two images, so that the step from one to the next is seen too. */
const IMAGES = 2;

/** Batch statistics of a handful of numbers are badly conditioned: small grids get more images. */
const LEAST_STATISTICS = 32;

/** Numbers in [-1, 1) for the tensors of a layer; the same shape and seed give the same ones everywhere. */
export function layerValues(shape: LayerShape, seed: number): LayerValues {
  const { kind, kernel, input, output } = shape;
  const hasFilter = kind === 'convolution' || kind === 'classifier';
  const hasBias = hasFilter || kind === 'batchNorm';
  const fill = (name: string, size: readonly number[]) =>
    formulaValues(`${kind} ${shapeText(shape)}/${name}`, size, seed);
  const batch = imagesOf(shape);
  return {
    batch,
    x: fill('x', [batch, ...input]),
    dy: fill('dy', [batch, ...output]),
    filter: fill('filter', hasFilter ? [...kernel, input[2], output[2]] : [0]),
    bias: fill('bias', hasBias ? [output[2]] : [0]),
  };
}

function imagesOf({ kind, output: [height, width] }: LayerShape): number {
  const needed = kind === 'batchNorm' ? Math.ceil(LEAST_STATISTICS / (height * width)) : 1;
  return Math.max(IMAGES, needed);
}
