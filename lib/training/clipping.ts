import * as tf from '@tensorflow/tfjs';

/** The L2 norm of tensors taken together as one long vector. */
export function globalNorm(tensors: readonly tf.Tensor[]): tf.Scalar {
  return tf.tidy(() => {
    const squares = tensors.map((tensor) => tf.sum(tf.square(tensor)));
    // Not tf.addN: TensorFlow adds in another order when something else uses the terms too, as a probe does.
    return tf.sqrt(tf.sum<tf.Scalar>(tf.stack(squares)));
  });
}

/**
 * Gradients of which the global norm is at most `limit`, as tf.clip_by_global_norm has it.
 *
 *     gradient * limit / max(norm, limit)
 *
 * The limit is 2.0 in 1512.00567 (section 8); the AAAI version of this paper says that clipping was useful and gives none.
 */
export function clipByGlobalNorm(
  gradients: readonly tf.Tensor[],
  limit: tf.Scalar | number,
): tf.Tensor[] {
  return tf.tidy(() => {
    const factor = tf.div(limit, tf.maximum(globalNorm(gradients), limit));
    return gradients.map((gradient) => tf.mul(gradient, factor));
  });
}
