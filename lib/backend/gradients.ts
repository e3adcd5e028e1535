import * as tf from '@tensorflow/tfjs';

import { BATCH_NORM_TRAINING, BATCH_NORM_TRAINING_GRAD, RELU_GRAD } from './kernelNames';

type Pair = [number, number];

let registered = false;

/** Registers the gradients of the kit's kernels and replaces those of TensorFlow.js that are slow or wrong. */
export function registerGradients(): void {
  if (registered) {
    return;
  }
  registered = true;
  tf.registerGradient({
    kernelName: BATCH_NORM_TRAINING,
    inputsToSave: ['x'],
    outputsToSave: [false, false, false, true, true, true],
    gradFunc: batchNormGradient,
  });
  replace({ kernelName: 'Relu', outputsToSave: [true], gradFunc: reluGradient });
  replace({ kernelName: 'Conv2D', inputsToSave: ['x', 'filter'], gradFunc: convolutionGradient });
}

function replace(config: tf.GradConfig): void {
  tf.unregisterGradient(config.kernelName);
  tf.registerGradient(config);
}

function run<T extends tf.Tensor | tf.Tensor[]>(
  kernel: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attributes: Readonly<Record<string, unknown>> = {},
): T {
  return tf.engine().runKernel(kernel, { ...inputs }, attributes as unknown as tf.NamedAttrMap);
}

const batchNormGradient: tf.GradFunc = (dy, saved, attributes) => {
  const [gradient] = dy as tf.Tensor[];
  const [x, reserve1, reserve2, reserve3] = saved;
  const inputs = { dy: gradient, x, reserve1, reserve2, reserve3 };
  // One kernel gives both: run it here, not in the closures, whose scopes dispose of what they do not return.
  const [dx, dBeta] = run<tf.Tensor[]>(BATCH_NORM_TRAINING_GRAD, inputs, attributes);
  return { x: () => dx, beta: () => dBeta };
};

const reluGradient: tf.GradFunc = (dy, [y]) => ({
  x: () => run(RELU_GRAD, { dy: dy as tf.Tensor, y }),
});

const convolutionGradient: tf.GradFunc = (dyOrList, saved, attributes) => {
  const dy = dyOrList as tf.Tensor4D;
  const [x, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
  const { strides, pad, dataFormat, dilations } = attributes as unknown as tf.Conv2DAttrs;
  const window = { strides, pad, dataFormat, dilations };
  return {
    x: () =>
      isPointwise(filter, strides)
        ? pointwiseInputGradient(dy, filter)
        : run('Conv2DBackpropInput', { dy, filter }, { ...window, inputShape: x.shape }),
    filter: () => run('Conv2DBackpropFilter', { x, dy }, { ...window, filterShape: filter.shape }),
  };
};

function isPointwise(filter: tf.Tensor4D, strides: Pair | number): boolean {
  const [vertical, horizontal] = typeof strides === 'number' ? [strides, strides] : strides;
  return filter.shape[0] === 1 && filter.shape[1] === 1 && vertical === 1 && horizontal === 1;
}

/**
 * dL/dx of a 1x1 convolution, as a 1x1 convolution of dL/dy with the transposed filter.
 *
 * TensorFlow 2.21's own kernel has been seen to give garbage for some inputs wider than 1024 channels on some processors
 * with AVX-512 (1088 and 2080 to 192, the blocks of Inception-ResNet-v2); the forward kernel is right everywhere.
 */
function pointwiseInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D): tf.Tensor4D {
  return tf.conv2d(dy, tf.transpose(filter, [0, 1, 3, 2]), 1, 'same');
}
