import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../../experiments/convergence';
import { BATCH_NORM_TRAINING } from '../../../lib/backend/kernelNames';
import { selectBackend } from '../../../lib/backend/select';
import { type NetworkConfig, networkConfig } from '../../../lib/models/networks';
import { shapeText } from '../../../lib/verify/gradients/layerShapes';
import type { Outcome } from '../../../lib/verify/gradients/outcome';
import { PLAIN_KERNEL } from '../../../lib/verify/gradients/plainKernel';
import { testGradients, wrongOf } from '../../../lib/verify/gradients/selfTest';
import { lastChannels, plantGradient, plantKernel, replaceGradient, type Restore } from './plant';

let restore: Restore | undefined;
afterEach(() => {
  restore?.();
  restore = undefined;
});

/** Every kind of layer, and cheap. */
const SMALL: NetworkConfig = {
  ...convergenceConfig('inception-v3', 'smoke').network,
  inputSize: 16,
};

/** The published widths on the smallest grids that the network has. */
const WIDE: NetworkConfig = { ...networkConfig('inception-resnet-v2'), inputSize: 75 };

/** Kinds and quantities with a wrong element. */
async function wrongIn(config: NetworkConfig): Promise<string[]> {
  const { outcomes } = await testGradients([config]);
  return [...new Set(wrongOf(outcomes).map(({ shape, quantity }) => `${shape.kind}: ${quantity}`))];
}

const GRADIENTS: readonly [kernel: string, operand: string, ...wrong: string[]][] = [
  ['Conv2D', 'x', 'convolution: input gradient'],
  ['Conv2D', 'filter', 'convolution: filter gradient'],
  ['Add', 'b', 'convolution: bias gradient', 'classifier: bias gradient'],
  ['MaxPool', 'x', 'maxPool: input gradient'],
  ['AvgPool', 'x', 'averagePool: input gradient'],
  ['BatchMatMul', 'a', 'classifier: input gradient'],
  ['BatchMatMul', 'b', 'classifier: filter gradient'],
  [BATCH_NORM_TRAINING, 'x', 'batchNorm: input gradient'],
  [BATCH_NORM_TRAINING, 'beta', 'batchNorm: bias gradient'],
];

const FORWARD: readonly [kernel: string, wrong: string][] = [
  ['MaxPool', 'maxPool: forward'],
  ['AvgPool', 'averagePool: forward'],
  ['Conv2D', 'convolution: forward'],
  [BATCH_NORM_TRAINING, 'batchNorm: forward'],
];

beforeAll(async () => {
  await selectBackend();
});

describe('a thousandth in the last channel is seen in', () => {
  it('nothing where there is no fault', async () => {
    expect(await wrongIn(SMALL)).toEqual([]);
  });

  it.each(GRADIENTS)('the gradient of %s by its %s', async (kernel, operand, ...wrong) => {
    restore = plantGradient(kernel, operand, lastChannels());
    expect((await wrongIn(SMALL)).sort()).toEqual([...wrong].sort());
  });

  it.each(FORWARD)('the output of %s', async (kernel, wrong) => {
    restore = plantKernel(kernel, lastChannels());
    expect(await wrongIn(SMALL)).toContain(wrong);
  });

  it('a result that is not a number', async () => {
    restore = plantGradient('MaxPool', 'x', (right) => tf.mul(right, NaN));
    const [outcome] = wrongOf((await testGradients([SMALL])).outcomes);
    expect(outcome.error).toBe(Infinity);
    expect(outcome.wrong).toBe(outcome.compared);
  });
});

describe('the last 16 channels of wide 1x1 convolutions', () => {
  // As TensorFlow 2.21's kernel has been seen on some processors with AVX-512.
  const isWide = ({ filter }: tf.NamedTensorInfoMap) => {
    const [height, width, depth, filters] = filter?.shape ?? [];
    return height === 1 && width === 1 && depth > 1024 && filters <= 192;
  };
  const plantWide = () => plantKernel(PLAIN_KERNEL, lastChannels(16, 0.9), isWide);
  const wide = [
    '1x1 stride 1 same, 3x3x1088 -> 3x3x192: channels 1072 to 1087',
    '1x1 stride 1 same, 3x3x1088 -> 3x3x128: channels 1072 to 1087',
    '1x1 stride 1 same, 1x1x2080 -> 1x1x192: channels 2064 to 2079',
  ];
  const text = ({ shape, wrongChannels }: Outcome) =>
    `${shapeText(shape)}: channels ${wrongChannels?.join(' to ')}`;

  it("are reported of the backend's kernel, which the kit does not use for them", async () => {
    restore = plantWide();
    const { outcomes, plain } = await testGradients([WIDE]);
    expect(wrongOf(plain).map(text)).toEqual(wide);
    expect(wrongOf(outcomes)).toEqual([]);
  });

  it("fail the self-test where the kit's gradient is the backend's kernel", async () => {
    const restoreKernel = plantWide();
    const restoreGradient = replaceGradient('Conv2D', (right) => (dy, saved, attributes) => {
      const [x, filter] = saved;
      const plain = { ...attributes, inputShape: x.shape } as unknown as tf.NamedAttrMap;
      const inputs = { dy: dy as tf.Tensor, filter };
      return {
        ...right(dy, saved, attributes),
        x: () => tf.engine().runKernel<tf.Tensor>(PLAIN_KERNEL, inputs, plain),
      };
    });
    restore = () => [restoreGradient, restoreKernel].forEach((each) => each());
    const { outcomes } = await testGradients([WIDE]);
    expect(wrongOf(outcomes).map(text)).toEqual(wide);
    expect(new Set(wrongOf(outcomes).map(({ quantity }) => quantity))).toEqual(
      new Set(['input gradient']),
    );
  });
});
