import * as tf from '@tensorflow/tfjs';

/** Weight of the auxiliary head's loss: not in the paper; 0.4 in slim's trainer. */
export const AUXILIARY_LOSS_WEIGHT = 0.4;

/**
 * Mean softmax cross entropy of logits [batch, classes] against labels [batch].
 *
 * Label smoothing (1512.00567 section 7) mixes the one-hot target with the uniform distribution:
 * (1 - smoothing) * oneHot + smoothing / classes.
 */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D, smoothing = 0): tf.Scalar {
  return tf.mean(crossEntropies(logits, labels, smoothing));
}

/** The same for every image by itself, [batch]. */
export function crossEntropies(
  logits: tf.Tensor2D,
  labels: tf.Tensor1D,
  smoothing = 0,
): tf.Tensor1D {
  const targets = tf.oneHot(labels, logits.shape[1]);
  const { NONE } = tf.Reduction;
  return tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Tensor1D>(
    targets,
    logits,
    undefined,
    smoothing,
    NONE,
  );
}
