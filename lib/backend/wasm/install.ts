import { BATCH_NORM_TRAINING, BATCH_NORM_TRAINING_GRAD, RELU_GRAD } from '../kernelNames';

import { reluGrad } from './activations';
import { avgPoolGrad } from './averagePoolGradient';
import { registerKernel, stockConfig, wrapKernel } from './backend';
import { batchNormTraining, batchNormTrainingGrad, fastBatchNorm } from './batchNorm';
import { withSafePadding } from './convolution';
import { conv2DBackpropFilter } from './convolutionFilterGradient';
import { conv2DBackpropInput } from './convolutionInputGradient';
import { sharingCast, sharingIdentity } from './identity';
import { maxPoolGrad } from './maxPoolGradient';
import { reduceByPooling } from './reductions';

export function installWasmKernels(): void {
  if (stockConfig(BATCH_NORM_TRAINING)) {
    return;
  }
  wrapKernel('Conv2D', withSafePadding);
  wrapKernel('FusedConv2D', withSafePadding);
  registerKernel('Conv2DBackpropInput', conv2DBackpropInput);
  registerKernel('Conv2DBackpropFilter', conv2DBackpropFilter);
  registerKernel('AvgPoolGrad', avgPoolGrad);
  registerKernel('MaxPoolGrad', maxPoolGrad);
  registerKernel(BATCH_NORM_TRAINING, batchNormTraining);
  registerKernel(BATCH_NORM_TRAINING_GRAD, batchNormTrainingGrad);
  registerKernel(RELU_GRAD, reluGrad);
  wrapKernel('FusedBatchNorm', fastBatchNorm);
  wrapKernel('Mean', reduceByPooling('Mean'));
  wrapKernel('Sum', reduceByPooling('Sum'));
  wrapKernel('Identity', sharingIdentity);
  wrapKernel('Cast', sharingCast);
}
