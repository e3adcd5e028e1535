import {
  BATCH_NORM_TRAINING,
  BATCH_NORM_TRAINING_GRAD,
  RELU_GRAD,
  STATELESS_UNIFORM,
} from '../kernelNames';
import { reluGrad } from './activations';
import { avgPoolGrad } from './averagePoolGradient';
import { isRegistered, registerKernel, wrapKernel } from './backend';
import { onePassBatchNorm } from './batchNormInference';
import { batchNormTraining, batchNormTrainingGrad } from './batchNormTraining';
import { withSafePadding } from './convolution';
import { conv2DBackpropFilter } from './convolutionFilterGradient';
import { conv2DBackpropInput } from './convolutionInputGradient';
import { sharingIdentity } from './identity';
import { maxPoolGrad } from './maxPoolGradient';
import { reduceByPooling } from './reductions';
import { requireWasmBackend } from './requirements';
import { statelessUniform } from './statelessUniform';

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
  wrapKernel('FusedBatchNorm', onePassBatchNorm);
  wrapKernel('Mean', reduceByPooling('Mean'));
  wrapKernel('Sum', reduceByPooling('Sum'));
  wrapKernel('Identity', sharingIdentity);
}

function installConvolutions(): void {
  wrapKernel('Conv2D', withSafePadding);
  wrapKernel('FusedConv2D', withSafePadding);
  registerKernel('Conv2DBackpropInput', conv2DBackpropInput);
  registerKernel('Conv2DBackpropFilter', conv2DBackpropFilter);
}
