import * as tf from '@tensorflow/tfjs';

import { CompiledPrograms } from '../backend/tensorflow/compiled/programs';
import { forward } from '../models/forward';
import { buildNetwork, type NetworkConfig } from '../models/networks';
import type { Network } from '../models/node';
import { networkParameters } from '../models/parameters';

/**
 * A network with weights that do not change, in inference: a compiled graph for each size of batch on the native backend,
 * operation by operation on wasm. The runtime must have been selected before.
 */
export class InferenceNetwork {
  readonly inputSize: number;
  readonly classes: number;
  private readonly network: Network;
  private readonly weights: ReadonlyMap<string, tf.Variable>;
  private readonly programs: CompiledPrograms | undefined;

  /** `read` gives the values of a tensor by our name, row-major; what it throws leaves nothing allocated. */
  constructor(config: NetworkConfig, read: (name: string) => Float32Array) {
    this.inputSize = config.inputSize;
    this.classes = config.classes;
    this.network = buildNetwork(config);
    this.weights = loadWeights(this.network, read);
    this.programs = tf.getBackend() === 'tensorflow' ? new CompiledPrograms() : undefined;
  }

  /** Softmax of the logits [batch, classes] of pixels [batch, height, width, 3] in [-1, 1], both row-major. */
  probabilities(pixels: Float32Array): Float32Array {
    const { inputSize: size } = this;
    const batch = pixels.length / (size * size * 3);
    return tf.tidy(() => {
      const result = this.run(tf.tensor4d(pixels, [batch, size, size, 3]));
      // A copy, because the backend may hand out the memory that it goes on working with.
      return result.dataSync<'float32'>().slice();
    });
  }

  /** Frees every tensor and the graphs. */
  dispose(): void {
    this.programs?.dispose();
    tf.dispose([...this.weights.values()]);
  }

  private run(images: tf.Tensor4D): tf.Tensor2D {
    if (!this.programs) return this.forward(images);
    const name = String(images.shape[0]);
    if (!this.programs.has(name)) {
      const run = () => ({ probabilities: this.forward(images) });
      this.programs.add({ [name]: { feeds: { images }, run } });
    }
    return this.programs.run(name, { images }).probabilities as tf.Tensor2D;
  }

  private forward(images: tf.Tensor4D): tf.Tensor2D {
    return tf.tidy(() =>
      tf.softmax(forward(this.network, this.weights, images, { training: false })),
    );
  }
}

function loadWeights(
  network: Network,
  read: (name: string) => Float32Array,
): ReadonlyMap<string, tf.Variable> {
  const weights = new Map<string, tf.Variable>();
  try {
    for (const { name, shape } of networkParameters(network)) {
      const values = tf.tensor(read(name), [...shape]);
      weights.set(name, tf.variable(values, false));
      values.dispose();
    }
    return weights;
  } catch (error) {
    tf.dispose([...weights.values()]);
    throw error;
  }
}
