import * as tf from '@tensorflow/tfjs';

import type { LayerValues } from './expectation';
import type { LayerShape } from './layerShapes';

/** The kernel by which a backend computes the gradient of a convolution's input. */
export const PLAIN_KERNEL = 'Conv2DBackpropInput';

/** The gradient of a convolution's input by the backend's own kernel, past the kit's gradients. */
export function plainInputGradient(shape: LayerShape, values: LayerValues): Float32Array {
  const { kernel, stride, padding, input, output } = shape;
  const { batch } = values;
  const inputs = {
    dy: tf.tensor(values.dy, [batch, ...output]),
    filter: tf.tensor(values.filter, [...kernel, input[2], output[2]]),
  };
  const attributes = {
    ...{ strides: [stride, stride], pad: padding, dataFormat: 'NHWC', dilations: [1, 1] },
    inputShape: [batch, ...input],
  };
  const dx: tf.Tensor = tf.engine().runKernel(PLAIN_KERNEL, inputs, attributes);
  const result = dx.dataSync<'float32'>();
  tf.dispose([inputs, dx]);
  return result;
}
