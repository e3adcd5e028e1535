import * as tf from '@tensorflow/tfjs';

import type { NodeBackend } from './nodeBackend';

/** TensorFlow's StatelessRandomUniform: the numbers depend on the seed [2] alone. */
export function statelessUniform(
  backend: NodeBackend,
  { seed }: Readonly<Record<string, tf.Tensor>>,
  { shape }: { readonly shape: readonly number[] },
): tf.Tensor {
  const { TF_ATTR_TYPE, TF_FLOAT, TF_INT32 } = backend.binding;
  const dimensions = tf.tensor1d([...shape], 'int32');
  const attributes = [
    { name: 'dtype', type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: 'T', type: TF_ATTR_TYPE, value: TF_INT32 },
    { name: 'Tseed', type: TF_ATTR_TYPE, value: TF_INT32 },
  ];
  const inputs = [dimensions, seed];
  const numbers = backend.executeSingleOutput('StatelessRandomUniform', attributes, inputs);
  dimensions.dispose();
  return numbers;
}
