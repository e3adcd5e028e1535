import { describe, expect, it } from 'vitest';

import { catalogue } from '../../../lib/models/catalogue';
import { buildNetwork, NETWORK_NAMES } from '../../../lib/models/networks';
import { layerShapes, shapeText } from '../../../lib/verify/gradients/layerShapes';

function shapesOf(name: string, form: string) {
  return layerShapes(
    catalogue().filter((config) => config.name === name && config.form === form),
  ).map((shape) => `${shape.kind} ${shapeText(shape)}`);
}

describe('layerShapes', () => {
  it.each(NETWORK_NAMES)('of %s are those of all its layers, each once', (name) => {
    const configs = catalogue().filter((config) => config.name === name);
    const shapes = layerShapes(configs);
    const convolutions = new Set<string>();
    for (const { operation, inputs, shape } of configs.flatMap((c) => buildNetwork(c).nodes)) {
      if (operation.kind === 'convolution') {
        const { kernel, stride, padding } = operation;
        convolutions.add(JSON.stringify([kernel, stride, padding, inputs[0].shape, shape]));
      }
    }
    const listed = shapes
      .filter(({ kind }) => kind === 'convolution')
      .map(({ kernel, stride, padding, input, output }) =>
        JSON.stringify([kernel, stride, padding, input, output]),
      );
    expect(new Set(listed)).toEqual(convolutions);
    expect(listed).toHaveLength(convolutions.size);
  });

  it('hold the wide 1x1 convolutions of Inception-ResNet-v2 and the parts that are not convolutions', () => {
    const shapes = shapesOf('inception-resnet-v2', 'published');
    expect(shapes).toEqual(
      expect.arrayContaining([
        'convolution 1x1 stride 1 same, 17x17x1088 -> 17x17x192',
        'convolution 1x1 stride 1 same, 17x17x1088 -> 17x17x128',
        'convolution 1x1 stride 1 same, 8x8x2080 -> 8x8x192',
        'convolution 3x3 stride 2 valid, 299x299x3 -> 149x149x32',
        'batchNorm 149x149x32 -> 149x149x32',
        'maxPool 3x3 stride 2 valid, 147x147x64 -> 73x73x64',
        'averagePool 8x8 stride 1 valid, 8x8x1536 -> 1x1x1536',
        'classifier 1x1x1536 -> 1x1x1000',
      ]),
    );
  });

  it('hold the auxiliary head where the network is released with one', () => {
    const covered = 'convolution 5x5 stride 1 valid, 5x5x128 -> 1x1x768';
    expect(shapesOf('inception-v4', 'published')).toContain(covered);
    expect(shapesOf('inception-v4', 'small')).not.toContain(covered);
  });
});
