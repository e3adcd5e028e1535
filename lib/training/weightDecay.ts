import * as tf from '@tensorflow/tfjs';

/**
 * L2 weight decay as slim adds it to the loss: weightDecay * sum(w^2) / 2 over kernels, which biases and beta are not.
 *
 * The paper does not state one; 0.00004 is the default of slim's Inception networks.
 */
export function weightDecayLoss(kernels: readonly tf.Tensor[], weightDecay: number): tf.Scalar {
  const loss = tf.customGrad((...inputs) => {
    const weights = inputs.slice(0, -1) as tf.Tensor[];
    const save = inputs[inputs.length - 1] as unknown as tf.GradSaveFunc;
    save(weights);
    const squares = tf.addN(weights.map((kernel) => tf.sum(tf.square(kernel))));
    return {
      value: tf.mul(squares, weightDecay / 2),
      // One product for each kernel, where the gradient of the squares by themselves takes three.
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const factor = tf.mul(dy, weightDecay);
        return saved.map((kernel) => tf.mul(kernel, factor));
      },
    };
  });
  return loss(...kernels) as tf.Scalar;
}
