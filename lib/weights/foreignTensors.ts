import type { Node } from '../models/node';
import { nodeParameters, type Parameter, type ParameterRole } from '../models/parameters';
import { pytorchShape } from './layouts';
import type { ForeignLayer, NameScheme } from './names/layerNames';

type Role = ParameterRole | 'gamma';

/** Where the values of one of our tensors lie in a foreign file. */
export interface ForeignTensor {
  readonly parameter: Parameter;
  readonly name: string;
  /** The shapes it may have there; the first is the usual one. */
  readonly shapes: readonly (readonly number[])[];
  /** The gamma that multiplies it, of tensors that belong to batch normalisation. */
  readonly gamma?: string;
}

/** slim `slim.conv2d` and `slim.batch_norm`. */
const SLIM: Readonly<Record<Role, string>> = {
  kernel: 'weights',
  bias: 'biases',
  beta: 'BatchNorm/beta',
  gamma: 'BatchNorm/gamma',
  movingMean: 'BatchNorm/moving_mean',
  movingVariance: 'BatchNorm/moving_variance',
};

/** Keras `Conv2D`, `Dense` and `BatchNormalization`. */
const KERAS: Readonly<Record<Role, string>> = {
  kernel: 'kernel',
  bias: 'bias',
  beta: 'beta',
  gamma: 'gamma',
  movingMean: 'moving_mean',
  movingVariance: 'moving_variance',
};

/** timm `ConvNormAct` and facenet-pytorch `BasicConv2d` hold `conv` and `bn`; other layers are bare. */
const PYTORCH: Readonly<Record<Role, string>> = {
  kernel: 'conv.weight',
  bias: 'bias',
  beta: 'bn.bias',
  gamma: 'bn.weight',
  movingMean: 'bn.running_mean',
  movingVariance: 'bn.running_var',
};

/** PyTorch's counter of training steps in every batch normalisation; nothing here needs it. */
export const BATCH_COUNTER = 'bn.num_batches_tracked';

/** Whether a scheme keeps its tensors as PyTorch does. */
export function isPytorch(scheme: NameScheme): boolean {
  return scheme === 'timm' || scheme === 'facenet';
}

/** The foreign tensors of one layer, in the order of our parameters. */
export function foreignTensors(
  node: Node,
  layer: ForeignLayer,
  scheme: NameScheme,
): readonly ForeignTensor[] {
  const parameters = nodeParameters(node);
  const normalised = parameters.some(({ role }) => role === 'beta');
  return parameters.map((parameter) => ({
    parameter,
    name: tensorName(parameter.role, layer, scheme, normalised),
    shapes: storedShapes(parameter, scheme),
    gamma:
      normalised && (parameter.role === 'kernel' || parameter.role === 'movingMean')
        ? tensorName('gamma', layer, scheme, true)
        : undefined,
  }));
}

function tensorName(
  role: Role,
  { name, batchNorm = name }: ForeignLayer,
  scheme: NameScheme,
  normalised: boolean,
): string {
  switch (scheme) {
    case 'slim':
      return `${name}/${SLIM[role]}`;
    case 'keras':
      return `${role === 'kernel' || role === 'bias' ? name : batchNorm}/${KERAS[role]}`;
    default:
      return `${name}.${role === 'kernel' && !normalised ? 'weight' : PYTORCH[role]}`;
  }
}

function storedShapes(
  { role, shape }: Parameter,
  scheme: NameScheme,
): readonly (readonly number[])[] {
  if (isPytorch(scheme)) {
    return [pytorchShape(shape)];
  }
  // slim's Inception-v3 has its classifiers as 1x1 convolutions: the same numbers in the same order.
  const asConvolution = scheme === 'slim' && role === 'kernel' && shape.length === 2;
  return asConvolution ? [shape, [1, 1, ...shape]] : [shape];
}
