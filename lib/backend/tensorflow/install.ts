import * as tf from '@tensorflow/tfjs';
import type { TFEOpAttr } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';

import {
  BATCH_NORM_TRAINING,
  BATCH_NORM_TRAINING_GRAD,
  MOMENTUM_UPDATE,
  MOVE_TOWARDS,
  RELU_GRAD,
  RMSPROP_UPDATE,
  STATELESS_UNIFORM,
} from '../kernelNames';
import type { NodeBackend } from './nodeBackend';
import { statelessUniform } from './statelessUniform';
import { momentumUpdate, moveTowards, rmspropUpdate } from './updates';

type Tensors = Readonly<Record<string, tf.Tensor>>;

let installed = false;

/**
 * Registers TensorFlow's fused kernels for batch normalisation in training and for the gradient of ReLU, and the kit's
 * own for the optimizer, averages and dropout.
 *
 * Without the fused ones TensorFlow.js composes both from about twenty elementwise operations.
 */
export function installTensorflowKernels(): void {
  if (installed) {
    return;
  }
  installed = true;
  register(BATCH_NORM_TRAINING, batchNormTraining);
  register(BATCH_NORM_TRAINING_GRAD, batchNormTrainingGrad);
  register(RELU_GRAD, (backend, { dy, y }) =>
    backend.executeSingleOutput('ReluGrad', [float(backend, 'T')], [dy, y]),
  );
  register(RMSPROP_UPDATE, rmspropUpdate);
  register(MOMENTUM_UPDATE, momentumUpdate);
  register(MOVE_TOWARDS, moveTowards);
  register(STATELESS_UNIFORM, statelessUniform);
}

function register<Attributes>(
  kernelName: string,
  kernel: (
    backend: NodeBackend,
    inputs: Tensors,
    attributes: Attributes,
  ) => tf.Tensor | tf.Tensor[],
): void {
  tf.registerKernel({
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, backend, attrs }) =>
      kernel(backend as NodeBackend, inputs as unknown as Tensors, attrs as unknown as Attributes),
  });
}

/** FusedBatchNormV3 has a gamma; ones stand for "none". Its empty mean and variance ask for batch statistics. */
function batchNormTraining(
  backend: NodeBackend,
  { x, beta }: Tensors,
  { epsilon }: { readonly epsilon: number },
): tf.Tensor[] {
  const gamma = tf.ones(beta.shape);
  const empty = tf.tensor1d([]);
  const inputs = [x, gamma, beta, empty, empty];
  const outputs = backend.executeMultipleOutputs(
    'FusedBatchNormV3',
    attributes(backend, epsilon),
    inputs,
    6,
  );
  tf.dispose([gamma, empty]);
  return outputs;
}

function batchNormTrainingGrad(
  backend: NodeBackend,
  inputs: Tensors,
  { epsilon }: { readonly epsilon: number },
): tf.Tensor[] {
  const { dy, x, reserve1, reserve2, reserve3 } = inputs;
  const gamma = tf.ones(reserve1.shape);
  const operands = [dy, x, gamma, reserve1, reserve2, reserve3];
  const outputs = backend.executeMultipleOutputs(
    'FusedBatchNormGradV3',
    attributes(backend, epsilon),
    operands,
    5,
  );
  const [dx, dGamma, dBeta, ...unused] = outputs;
  tf.dispose([gamma, dGamma, ...unused]);
  return [dx, dBeta];
}

function attributes(backend: NodeBackend, epsilon: number): TFEOpAttr[] {
  const { TF_ATTR_FLOAT, TF_ATTR_STRING, TF_ATTR_BOOL } = backend.binding;
  return [
    float(backend, 'T'),
    float(backend, 'U'),
    { name: 'epsilon', type: TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: TF_ATTR_BOOL, value: true },
  ];
}

function float(backend: NodeBackend, name: string): TFEOpAttr {
  return { name, type: backend.binding.TF_ATTR_TYPE, value: backend.binding.TF_FLOAT };
}
