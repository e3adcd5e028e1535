import * as tf from '@tensorflow/tfjs';

import { activations } from '../models/forward';
import type { Network, Node } from '../models/node';
import type { ParameterValues } from '../models/parameterValues';
import { imagesOf } from './statistics';

/** What nodes put out on a batch of images, as one array per image, row-major. */
export type Outputs = ReadonlyMap<Node, readonly Float32Array[]>;

/** Runs a network in inference on images [batch, height, width, 3] and copies what some nodes put out. */
export function runNetwork(
  network: Network,
  nodes: readonly Node[],
  values: ParameterValues,
  images: {
    readonly values: Float32Array;
    readonly shape: readonly [number, number, number, number];
  },
): Outputs {
  const unique = [...new Set(nodes)];
  const [batch] = images.shape;
  const input = tf.tensor4d(images.values, [...images.shape]);
  const outputs = activations(network, unique, values, input, { training: false });
  const arrays = outputs.map((output) => imagesOf(output.dataSync<'float32'>(), batch));
  tf.dispose([input, ...outputs]);
  return new Map(unique.map((node, index) => [node, arrays[index]]));
}
