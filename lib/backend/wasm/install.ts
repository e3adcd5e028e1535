import {
  BATCH_NORM_TRAINING,
  BATCH_NORM_TRAINING_GRAD,
  MOMENTUM_UPDATE,
  MOVE_TOWARDS,
  RELU_GRAD,
  RMSPROP_UPDATE,
  STATELESS_UNIFORM,
} from '../kernelNames';
import { reluGrad } from './activations';
import { isRegistered, registerKernel, wrapKernel } from './backend';
import { onePassBatchNorm } from './batchNormInference';
import { batchNormTraining, batchNormTrainingGrad } from './batchNormTraining';
import { onePassConcat, onePassSplit } from './columns';
import { simdConvolution, withSafePadding } from './convolution';
import { conv2DBackpropFilter } from './convolutionFilterGradient';
import { conv2DBackpropInput } from './convolutionInputGradient';
import { sharingIdentity } from './identity';
import { avgPoolGrad, maxPoolGrad } from './poolingGradients';
import { reduceByPooling } from './reductions';
import { requireWasmBackend } from './requirements';
import { statelessUniform } from './statelessUniform';
import { momentumUpdate, moveTowards, rmspropUpdate } from './updates';

/**
 * Teaches the wasm backend to train: adds the kernels that it lacks and replaces those that are wrong or slow.
 *
 * Call it when wasm is the active, ready backend; a second call does nothing. Throws a LabError for another backend or
 * another version of it.
 */
export function installWasmKernels(): void {
  requireWasmBackend();
  if (isRegistered(BATCH_NORM_TRAINING)) {
    return;
  }
  installConvolutions();
  registerKernel('AvgPoolGrad', avgPoolGrad);
  registerKernel('MaxPoolGrad', maxPoolGrad);
  registerKernel(RELU_GRAD, reluGrad);
  registerKernel(STATELESS_UNIFORM, statelessUniform);
  registerKernel(BATCH_NORM_TRAINING, batchNormTraining);
  registerKernel(BATCH_NORM_TRAINING_GRAD, batchNormTrainingGrad);
  registerKernel(RMSPROP_UPDATE, rmspropUpdate);
  registerKernel(MOMENTUM_UPDATE, momentumUpdate);
  registerKernel(MOVE_TOWARDS, moveTowards);
  wrapKernel('FusedBatchNorm', onePassBatchNorm);
  wrapKernel('Mean', reduceByPooling('Mean'));
  wrapKernel('Sum', reduceByPooling('Sum'));
  wrapKernel('SplitV', onePassSplit);
  wrapKernel('Concat', onePassConcat);
  wrapKernel('Identity', sharingIdentity);
}

function installConvolutions(): void {
  wrapKernel('Conv2D', withSafePadding);
  wrapKernel('Conv2D', simdConvolution);
  wrapKernel('FusedConv2D', withSafePadding);
  registerKernel('Conv2DBackpropInput', conv2DBackpropInput);
  registerKernel('Conv2DBackpropFilter', conv2DBackpropFilter);
}
