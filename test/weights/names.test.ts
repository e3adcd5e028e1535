import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { buildNetwork, networkConfig, type NetworkName } from '../../lib/models/networks';
import { foreignTensors } from '../../lib/weights/foreignTensors';
import { layerNames, type NameScheme, schemesOf } from '../../lib/weights/names/layerNames';

/** Every convolution and classifier of slim, timm and Keras, listed from their sources. */
const MAP = readFileSync(path.join(__dirname, '../reference/weightMap.csv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) =>
    [...line.matchAll(/("[^"]*"|[^,]*)(?:,|$)/g)].map(([, cell]) => cell.replace(/"/g, '')),
  );

const NETWORKS = {
  'inception-v3': 'inception_v3',
  'inception-v4': 'inception_v4',
  'inception-resnet-v2': 'inception_resnet_v2',
} as const;

describe.each(Object.entries(NETWORKS))('the layers of %s', (name, label) => {
  const config = networkConfig(name);
  const rows = MAP.filter(([model]) => model === label);
  const nodes = new Map(buildNetwork(config).nodes.map((node) => [node.name, node]));

  it.each([
    ['slim', 2],
    ['timm', 3],
    ['keras', 4],
  ] as const)("have %s's names, kernels, depths, strides and padding", (scheme, column) => {
    if (!schemesOf(config.name).includes(scheme)) {
      expect(name).toBe('inception-v4');
      return;
    }
    const listed = rows.map((row) => {
      const [, , , , , batchNorm, height, width, inputs, outputs, stride, padding, normalised] =
        row;
      const layer = row[column].replace(/ \(.*/, '');
      const norm = scheme === 'keras' && normalised === '1' ? batchNorm : undefined;
      // A classifier has no kernel in the list; a 1x1 window has no padding to tell.
      const isClassifier = height === '';
      const window = isClassifier
        ? ''
        : `${height}x${width}/${stride} ${height + width === '11' ? '' : padding}`;
      return [layer, norm, inputs, outputs, isClassifier ? '' : normalised, window].join(' ');
    });
    const ours = [...layerNames(config, scheme)].map(([ourName, { name: layer, batchNorm }]) => {
      const { operation, inputs, shape } = nodes.get(ourName)!;
      const depths = `${inputs[0].shape[2]} ${shape[2]}`;
      if (operation.kind !== 'convolution') {
        return [layer, batchNorm, depths, '', ''].join(' ');
      }
      const { kernel, stride, padding, activation } = operation;
      const mark = kernel.join('x') === '1x1' ? '' : padding.toUpperCase();
      const normalised = activation === 'relu' ? '1' : '0';
      return [layer, batchNorm, depths, normalised, `${kernel.join('x')}/${stride} ${mark}`].join(
        ' ',
      );
    });
    expect([...ours].sort()).toEqual([...listed].sort());
  });
});

describe('the tensors of a layer', () => {
  const names = (
    network: NetworkName,
    scheme: NameScheme,
    layer: string,
    classes = 1000,
  ): string[] => {
    const config = { ...networkConfig(network), classes };
    const node = buildNetwork(config).nodes.find(({ name }) => name === layer)!;
    return foreignTensors(node, layerNames(config, scheme).get(layer)!, scheme).map(
      ({ name, shapes }) => `${name} ${shapes.map((shape) => shape.join('x')).join(' or ')}`,
    );
  };

  it('are named as in each source', () => {
    expect(names('inception-v3', 'slim', 'inceptionA_02/branch2/conv2')).toEqual([
      'InceptionV3/Mixed_5c/Branch_1/Conv_1_0c_5x5/weights 5x5x48x64',
      'InceptionV3/Mixed_5c/Branch_1/Conv_1_0c_5x5/BatchNorm/beta 64',
      'InceptionV3/Mixed_5c/Branch_1/Conv_1_0c_5x5/BatchNorm/moving_mean 64',
      'InceptionV3/Mixed_5c/Branch_1/Conv_1_0c_5x5/BatchNorm/moving_variance 64',
    ]);
    expect(names('inception-v3', 'slim', 'head/logits')).toEqual([
      'InceptionV3/Logits/Conv2d_1c_1x1/weights 2048x1000 or 1x1x2048x1000',
      'InceptionV3/Logits/Conv2d_1c_1x1/biases 1000',
    ]);
    expect(names('inception-resnet-v2', 'keras', 'inceptionResNetC_10/linear')).toEqual([
      'block8_10_conv/kernel 1x1x448x2080',
      'block8_10_conv/bias 2080',
    ]);
    expect(names('inception-resnet-v2', 'keras', 'expansion/conv1')[1]).toBe(
      'conv_7b_bn/beta 1536',
    );
    expect(names('inception-v4', 'timm', 'inceptionB_02/branch3/conv3')).toEqual([
      'features.12.branch2.2.conv.weight 224x192x1x7',
      'features.12.branch2.2.bn.bias 224',
      'features.12.branch2.2.bn.running_mean 224',
      'features.12.branch2.2.bn.running_var 224',
    ]);
    expect(names('inception-v4', 'timm', 'head/logits')[0]).toBe('last_linear.weight 1000x1536');
    expect(names('inception-resnet-v1', 'facenet', 'inceptionResNetA_05/linear', 0)).toEqual([
      'repeat_1.4.conv2d.weight 256x96x1x1',
      'repeat_1.4.conv2d.bias 256',
    ]);
    expect(names('inception-resnet-v1', 'facenet', 'inceptionResNetC_06/branch2/conv2', 0)[0]).toBe(
      'block8.branch1.1.conv.weight 192x192x1x3',
    );
  });

  it('name the auxiliary heads', () => {
    const heads = (network: NetworkName, scheme: NameScheme): string[] =>
      [...layerNames({ ...networkConfig(network), auxiliaryHead: true }, scheme)]
        .filter(([ours]) => ours.startsWith('auxiliaryHead'))
        .map(([, { name }]) => name);
    expect(heads('inception-v3', 'timm')).toEqual([
      'AuxLogits.conv0',
      'AuxLogits.conv1',
      'AuxLogits.fc',
    ]);
    expect(heads('inception-v4', 'slim')).toEqual([
      'InceptionV4/AuxLogits/Conv2d_1b_1x1',
      'InceptionV4/AuxLogits/Conv2d_2a',
      'InceptionV4/AuxLogits/Aux_logits',
    ]);
    expect(() => heads('inception-v4', 'timm')).toThrow(
      'timm has no layer for "auxiliaryHead/conv1"',
    );
  });

  it('are refused for a form or a network that the source does not have', () => {
    expect(() => layerNames(networkConfig('inception-v4'), 'keras')).toThrow(
      'expected the published form',
    );
    expect(() => layerNames(networkConfig('inception-resnet-v2', 'paper'), 'timm')).toThrow(
      '"paper"',
    );
  });
});
