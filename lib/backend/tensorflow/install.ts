import * as tf from '@tensorflow/tfjs';
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import type { TFEOpAttr } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';

import { BATCH_NORM_TRAINING, BATCH_NORM_TRAINING_GRAD, RELU_GRAD } from '../kernelNames';

/** The native backend of tfjs-node: `executeMultipleOutputs` runs any TensorFlow operation by its name. */
export type NodeBackend = NodeJSKernelBackend & {
  readonly binding: { readonly TF_Version: string };
};

type Tensors = Readonly<Record<string, tf.Tensor>>;

let installed = false;

/**
 * Registers TensorFlow's fused kernels for batch normalisation in training and for the gradient of ReLU.
 *
 * Without them TensorFlow.js composes both from about twenty elementwise operations.
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
}

function register(
  kernelName: string,
  kernel: (backend: NodeBackend, inputs: Tensors, epsilon: number) => tf.Tensor | tf.Tensor[],
): void {
  tf.registerKernel({
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, backend, attrs }) =>
      kernel(
        backend as NodeBackend,
        inputs as unknown as Tensors,
        (attrs as { epsilon?: number }).epsilon ?? 0,
      ),
  });
}

/** FusedBatchNormV3 has a gamma; ones stand for "none". Its empty mean and variance ask for batch statistics. */
function batchNormTraining(
  backend: NodeBackend,
  { x, beta }: Tensors,
  epsilon: number,
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
  epsilon: number,
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
