import * as tf from '@tensorflow/tfjs';

import type { Box, Picture } from '../../lib/images/picture';
import { forward } from '../../lib/models/forward';
import type { Network } from '../../lib/models/node';

/** A network and its weights, computed operation by operation. */
export interface ReferenceModel {
  readonly network: Network;
  readonly weights: ReadonlyMap<string, tf.Tensor>;
  readonly inputSize: number;
}

/** Forward passes have this many crops, so that none takes much memory. */
const BATCH = 240;

/**
 * The softmax of each image, averaged over its crops, computed as plainly as can be: every crop is cut and scaled by itself
 * and counts once. 1 crop: the central 87.5 % of each side. 12: the central square at a side of 256/224 of the input, its
 * corners, its centre and the whole, and their mirrors. 144: three squares at 256/224, 288/224, 320/224 and 352/224.
 */
export function referencePredictions(
  model: ReferenceModel,
  images: readonly Picture[],
  crops: 1 | 12 | 144,
): readonly (readonly number[])[] {
  const inputs = images.flatMap((image) => cropsOf(image, model.inputSize, crops));
  if (inputs.length !== images.length * crops) throw new Error(`${inputs.length} crops`);
  const outputs: number[][] = [];
  for (let start = 0; start < inputs.length; start += BATCH) {
    outputs.push(...softmaxes(model, inputs.slice(start, start + BATCH)));
  }
  return images.map((_, image) => meanOf(outputs.slice(image * crops, (image + 1) * crops)));
}

function softmaxes(
  { network, weights, inputSize }: ReferenceModel,
  inputs: readonly Uint8Array[],
): number[][] {
  const outputs = tf.tidy(() => {
    const pixels = inputs.flatMap((input) => Array.from(input, (value) => value / 127.5 - 1));
    const images = tf.tensor4d(pixels, [inputs.length, inputSize, inputSize, 3]);
    return tf.softmax(forward(network, weights, images, { training: false })).arraySync();
  });
  return outputs;
}

function meanOf(rows: readonly (readonly number[])[]): readonly number[] {
  return rows[0].map((_, c) => rows.reduce((sum, row) => sum + row[c], 0) / rows.length);
}

function cropsOf(image: Picture, size: number, crops: 1 | 12 | 144): Uint8Array[] {
  return crops === 1 ? [central(image, size)] : views(image, size, crops === 144);
}

function central(image: Picture, size: number): Uint8Array {
  const margin = (side: number) => Math.floor((side * (1 - 0.875)) / 2);
  const [left, top] = [margin(image.width), margin(image.height)];
  const box = { left, top, width: image.width - 2 * left, height: image.height - 2 * top };
  return scaled(image, box, size, size).pixels;
}

function views(image: Picture, size: number, all: boolean): Uint8Array[] {
  const sides = [256, 288, 320, 352].map((side) => Math.round((side / 224) * size));
  const short = Math.min(image.width, image.height);
  const rest = Math.max(image.width, image.height) - short;
  const offsets = all ? [0, Math.floor(rest / 2), rest] : [Math.floor(rest / 2)];
  const inputs: Uint8Array[] = [];
  for (const side of all ? sides : sides.slice(0, 1)) {
    for (const offset of offsets) {
      const [left, top] = image.width > image.height ? [offset, 0] : [0, offset];
      const square = scaled(image, { left, top, width: short, height: short }, side, side);
      for (const input of sixViews(square, size)) inputs.push(input, mirrored(input, size));
    }
  }
  return inputs;
}

function sixViews(square: Picture, size: number): Uint8Array[] {
  const far = square.width - size;
  const middle = Math.floor(far / 2);
  const places = [
    [0, 0],
    [0, far],
    [far, 0],
    [far, far],
    [middle, middle],
  ];
  const whole = { top: 0, left: 0, width: square.width, height: square.height };
  return [
    ...places.map(([top, left]) => cut(square, top, left, size)),
    scaled(square, whole, size, size).pixels,
  ];
}

function cut({ width, pixels }: Picture, top: number, left: number, size: number): Uint8Array {
  return Uint8Array.from({ length: 3 * size * size }, (_, index) => {
    const [row, column] = [Math.floor(index / 3 / size), Math.floor(index / 3) % size];
    return pixels[3 * ((top + row) * width + left + column) + (index % 3)];
  });
}

function mirrored(pixels: Uint8Array, size: number): Uint8Array {
  return pixels.map((_, index) => {
    const [place, channel] = [Math.floor(index / 3), index % 3];
    const [row, column] = [Math.floor(place / size), place % size];
    return pixels[3 * (row * size + size - 1 - column) + channel];
  });
}

/** Each pixel is the mean of those around its centre, weighted by a triangle of at least a source pixel on either side. */
function scaled(image: Picture, box: Box, width: number, height: number): Picture {
  const pixels = new Uint8Array(3 * width * height);
  const rows = Array.from({ length: height }, (_, y) => weightsAround(y, box.height, height));
  const columns = Array.from({ length: width }, (_, x) => weightsAround(x, box.width, width));
  for (let index = 0; index < pixels.length; index++) {
    const [x, y] = [Math.floor(index / 3) % width, Math.floor(index / 3 / width)];
    let [sum, total] = [0, 0];
    for (const [row, a] of rows[y]) {
      for (const [column, b] of columns[x]) {
        const place = (box.top + row) * image.width + box.left + column;
        sum += a * b * image.pixels[3 * place + (index % 3)];
        total += a * b;
      }
    }
    pixels[index] = Math.floor(sum / total + 0.5);
  }
  return { width, height, pixels };
}

/** Which of `from` source pixels make one of `to`, and how much each counts. */
function weightsAround(place: number, from: number, to: number): (readonly [number, number])[] {
  const [centre, reach] = [((place + 0.5) * from) / to, Math.max(1, from / to)];
  return Array.from({ length: from }, (_, index) => {
    return [index, 1 - Math.abs(index + 0.5 - centre) / reach] as const;
  }).filter(([, weight]) => weight > 0);
}
