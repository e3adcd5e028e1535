/**
 * Kernels that the kit adds to TensorFlow.js, registered by every backend under these names.
 *
 * - BatchNormTraining: {x [batch, height, width, depth], beta [depth]}, {epsilon} to
 *   [y, mean, variance (Bessel-corrected), reserve1, reserve2, reserve3]; the reserves belong to the backend.
 * - BatchNormTrainingGrad: {dy, x, reserve1, reserve2, reserve3}, {epsilon} to [dx, dBeta].
 * - ReluGrad: {dy, y} to dx.
 */
export const BATCH_NORM_TRAINING = 'BatchNormTraining';
export const BATCH_NORM_TRAINING_GRAD = 'BatchNormTrainingGrad';
export const RELU_GRAD = 'ReluGrad';
