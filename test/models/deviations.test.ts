import { describe, expect, it } from 'vitest';

import { DEVIATIONS, deviationsOf } from '../../lib/models/deviations';
import { buildNetwork, formsOf, networkConfig, type NetworkForm } from '../../lib/models/networks';
import type { Kernel } from '../../lib/models/node';

/** "7x1 (192)" for every convolution of a block, by name. */
function boxes(name: string, form: NetworkForm, block: string): ReadonlyMap<string, string> {
  const nodes = buildNetwork(networkConfig(name, form)).nodes.filter(
    (node) => node.block === block && node.operation.kind === 'convolution',
  );
  return new Map(
    nodes.map(({ name, operation, shape }) => [
      name.slice(block.length + 1),
      `${(operation as unknown as { kernel: Kernel }).kernel.join('x')} (${shape[2]})`,
    ]),
  );
}

describe('deviations', () => {
  it('are numbered from 1 and concern forms that their networks have', () => {
    expect(DEVIATIONS.map(({ id }) => id)).toEqual(DEVIATIONS.map((_, index) => index + 1));
    for (const { networks, forms } of DEVIATIONS) {
      for (const network of networks) {
        expect(formsOf(network)).toEqual(expect.arrayContaining([...forms]));
      }
    }
  });

  it('name the errata of the figures', () => {
    const figures = new Set(DEVIATIONS.map(({ figure }) => figure));
    expect(
      [...figures].filter((figure): figure is number => figure !== undefined).sort((a, b) => a - b),
    ).toEqual([3, 5, 6, 15, 17, 18, 19]);
  });

  it('say what is built in Fig. 5', () => {
    const built = boxes('inception-v4', 'published', 'inceptionB_01');
    const columns = deviationsOf('inception-v4').filter(({ figure }) => figure === 5);
    const column = (branch: number, from: number, to: number): string[] =>
      Array.from({ length: to - from + 1 }, (_, index) =>
        String(built.get(`branch${branch}/conv${from + index}`)),
      );
    expect(columns.map((deviation) => deviation.built)).toEqual([
      column(2, 2, 3).join(', then '),
      column(3, 2, 5).join(', '),
    ]);
  });

  it.each([
    ['paper', 2144],
    ['paper-r2', 2048],
  ] as const)('say what depth Inception-ResNet-C has in the %s form', (form, depth) => {
    const built = boxes('inception-resnet-v2', form, 'inceptionResNetC_01');
    expect(built.get('linear')).toBe(`1x1 (${depth})`);
    const said = deviationsOf('inception-resnet-v2', form).map(({ built }) => built);
    expect(said.join('\n')).toContain(String(depth));
  });
});
