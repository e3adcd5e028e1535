/**
 * Kernels that the kit adds to TensorFlow.js, registered by every backend under these names.
 *
 * - BatchNormTraining: {x [batch, height, width, depth], beta [depth]}, {epsilon} to
 *   [y, mean, variance (Bessel-corrected), reserve1, reserve2, reserve3]; the reserves belong to the backend.
 * - BatchNormTrainingGrad: {dy, x, reserve1, reserve2, reserve3}, {epsilon} to [dx, dBeta].
 * - ReluGrad: {dy, y} to dx.
 * - RmspropUpdate: {variable, meanSquare, step, gradient, learningRate []}, {decay, momentum, epsilon} to the new
 *   [variable, meanSquare, step]; the formula is that of lib/training/rmsprop.ts.
 * - MomentumUpdate: {variable, velocity, gradient, learningRate []}, {momentum} to the new [variable, velocity]; the
 *   formula is that of lib/training/momentum.ts.
 * - MoveTowards: {average, value, rate []} to average - (average - value) * rate.
 * - StatelessUniform: {seed [2] int32}, {shape} to numbers in [0, 1), the same on every backend.
 */
export const BATCH_NORM_TRAINING = 'BatchNormTraining';
export const BATCH_NORM_TRAINING_GRAD = 'BatchNormTrainingGrad';
export const RELU_GRAD = 'ReluGrad';
export const RMSPROP_UPDATE = 'RmspropUpdate';
export const MOMENTUM_UPDATE = 'MomentumUpdate';
export const MOVE_TOWARDS = 'MoveTowards';
export const STATELESS_UNIFORM = 'StatelessUniform';
