import { beforeAll, describe, expect, it } from 'vitest';

import { convergenceConfig, convergenceConfigs } from '../../../experiments/convergence';
import { selectBackend } from '../../../lib/backend/select';
import { catalogue } from '../../../lib/models/catalogue';
import { NETWORK_NAMES, type NetworkConfig, type NetworkName } from '../../../lib/models/networks';
import { elements } from '../../../lib/models/parameters';
import type { LayerValues } from '../../../lib/verify/gradients/expectation';
import { type LayerShape, shapeText } from '../../../lib/verify/gradients/layerShapes';
import { layerValues } from '../../../lib/verify/gradients/layerValues';
import { type Outcome, toleranceOf } from '../../../lib/verify/gradients/outcome';
import { plainInputGradient } from '../../../lib/verify/gradients/plainKernel';
import { type SelfTest, testGradients, wrongOf } from '../../../lib/verify/gradients/selfTest';
import { hasTensorflow } from '../../hasTensorflow';

const SEED = 1;

const PUBLISHED_WIDE = [
  '1x1 stride 1 same, 17x17x1088 -> 17x17x192',
  '1x1 stride 1 same, 17x17x1088 -> 17x17x128',
  '1x1 stride 1 same, 8x8x2080 -> 8x8x192',
];

/** What fails is named by its layer: an empty list says that every shape is right. */
function wrongNames(outcomes: readonly Outcome[]): string[] {
  return wrongOf(outcomes).map(
    ({ shape, quantity, error }) =>
      `${quantity} of ${shape.layer} (${shapeText(shape)}): ${error.toExponential(1)}`,
  );
}

/** The networks of the experiments, and those that they are scaled down from. */
function smallConfigs(): readonly NetworkConfig[] {
  const scales = ['standard', 'quick'] as const;
  return [
    ...catalogue().filter(({ form }) => form === 'small'),
    ...scales.flatMap((scale) => convergenceConfigs(scale).map(({ network }) => network)),
    ...NETWORK_NAMES.map((name) => convergenceConfig(name, 'smoke').network),
  ];
}

describe.each(hasTensorflow ? (['tensorflow', 'wasm'] as const) : (['wasm'] as const))(
  'on %s',
  (backend) => {
    beforeAll(async () => {
      await selectBackend(backend);
    });

    it.each(NETWORK_NAMES)('%s at the scale of the experiments has its gradients', async (name) => {
      const configs = smallConfigs().filter((config) => config.name === name);
      const { outcomes } = await testGradients(configs, { seed: SEED });
      expect(wrongNames(outcomes)).toEqual([]);
      expect(new Set(outcomes.map(({ shape }) => shape.kind)).size).toBe(5);
    });
  },
);

describe.skipIf(!hasTensorflow)('at 299x299, with every head of the released code', () => {
  const tests = new Map<NetworkName, SelfTest>();

  async function tested(name: NetworkName): Promise<SelfTest> {
    const configs = catalogue().filter(
      (config) => config.name === name && config.form === 'published',
    );
    const test = tests.get(name) ?? (await testGradients(configs, { seed: SEED }));
    tests.set(name, test);
    return test;
  }

  /** What the backend's own kernel gives for the 1x1 convolutions that it has been seen wrong for, on some processors. */
  async function wideOutcomes(): Promise<Outcome[]> {
    const { plain } = await tested('inception-resnet-v2');
    return plain.filter(
      ({ shape: { kernel, input } }) => elements(kernel) === 1 && input[2] > 1024,
    );
  }

  beforeAll(async () => {
    await selectBackend('tensorflow');
  });

  it.each(NETWORK_NAMES)('%s has its gradients', async (name) => {
    expect(wrongNames((await tested(name)).outcomes)).toEqual([]);
  });

  it("the backend's own kernel is reported wrong where sums over all channels say so", async () => {
    const wide = await wideOutcomes();
    expect(wide.map(({ shape }) => shapeText(shape))).toEqual(
      expect.arrayContaining(PUBLISHED_WIDE),
    );
    const measured = wide.filter(({ shape }) => isPlainKernelWrong(shape));
    expect(wide.filter(({ wrong }) => wrong > 0)).toEqual(measured);
  });

  it("the backend's own kernel is reported wrong for the last channels", async ({ skip }) => {
    const wrong = wrongOf(await wideOutcomes());
    skip(
      wrong.length === 0,
      'on this processor the kernel is right for every wide 1x1 convolution',
    );
    for (const { shape, wrongChannels } of wrong) {
      expect(wrongChannels?.[0]).toBeGreaterThanOrEqual(shape.input[2] - 32);
    }
  });
});

/** Whether the kernel misses some element of a 1x1 convolution's input gradient: all of them, one after the other. */
function isPlainKernelWrong(shape: LayerShape): boolean {
  const values = layerValues(shape, SEED);
  const dx = plainInputGradient(shape, values);
  const [depth, filters] = [shape.input[2], shape.output[2]];
  const scale = Math.sqrt(filters) / 3;
  const isWrong = (value: number, index: number) =>
    Math.abs(value - sumOf(values, Math.floor(index / depth), index % depth, filters)) >
    10 * scale * toleranceOf(filters);
  return dx.some(isWrong);
}

function sumOf({ dy, filter }: LayerValues, position: number, channel: number, filters: number) {
  let sum = 0;
  for (let f = 0; f < filters; f++) {
    sum += dy[position * filters + f] * filter[channel * filters + f];
  }
  return sum;
}
