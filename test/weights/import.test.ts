import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import * as tf from '@tensorflow/tfjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { main } from '../../experiments/cli';
import { selectBackend } from '../../lib/backend/select';
import { forward } from '../../lib/models/forward';
import { buildNetwork, type NetworkConfig, networkConfig } from '../../lib/models/networks';
import { nodeParameters } from '../../lib/models/parameters';
import { projectRoot } from '../../lib/projectRoot';
import { exportToTimm } from '../../lib/weights/export';
import { foreignWeights, tensorsOf } from '../../lib/weights/foreignWeights';
import { openImport } from '../../lib/weights/import';
import { countFromOne } from '../../lib/weights/kerasNumbers';
import { loadParameters } from '../../lib/weights/loadParameters';
import type { NameScheme } from '../../lib/weights/names/layerNames';
import { openWeights, saveWeights } from '../../lib/weights/ownFormat';
import { openSafetensors } from '../../lib/weights/safetensors';
import { writeSafetensors } from '../../lib/weights/safetensorsWriter';
import type { TensorSource } from '../../lib/weights/tensorSource';

const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-import-'));
const inFolder = (name: string): string => path.join(folder, name);
afterEach(() => readdirSync(folder).forEach((name) => rmSync(inFolder(name), { recursive: true })));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const size = (shape: readonly number[]): number =>
  shape.reduce((product, length) => product * length, 1);

const BLOCK = Float32Array.from(
  { length: 1 << 20 },
  (_, index) =>
    // A multiplicative hash of the index: cheap numbers in [-0.1, 0.1) without a pattern.
    (0.1 * (Math.imul(index + 1, 2654435761) >>> 0)) / 2 ** 31 - 0.1,
);

/** Numbers that differ from tensor to tensor and inside one; variances are near one. */
function numbers(name: string, shape: readonly number[]): Float32Array {
  const start = [...name].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 65_521, 7);
  const values = new Float32Array(size(shape));
  for (let filled = 0; filled < values.length; filled += BLOCK.length - start) {
    values.set(
      BLOCK.subarray(start, start + Math.min(values.length - filled, BLOCK.length - start)),
      filled,
    );
  }
  return /var/i.test(name) ? values.map((value) => 1 + value) : values;
}

/** Foreign weights in memory: every tensor of a network, some of them replaced, added (a shape) or taken away. */
function source(
  config: NetworkConfig,
  scheme: NameScheme,
  changes: Readonly<Record<string, readonly number[] | undefined>> = {},
  values = numbers,
): TensorSource {
  const tensors = tensorsOf(config, scheme);
  const shapes = new Map<string, readonly number[]>();
  tensors.forEach(({ name, shapes: [shape] }) => shapes.set(name, shape));
  tensors.forEach(({ gamma, parameter }) => {
    if (gamma && scheme === 'timm') shapes.set(gamma, parameter.shape.slice(-1));
  });
  for (const [name, shape] of Object.entries(changes)) {
    if (shape) shapes.set(name, shape);
    else shapes.delete(name);
  }
  const read = (name: string): Float32Array => values(name, shapes.get(name) as readonly number[]);
  return { description: 'made', shapes, metadata: new Map(), read, close: () => undefined };
}

const write = (file: string, tensors: TensorSource): void =>
  writeSafetensors(
    file,
    [...tensors.shapes].map(([name, shape]) => ({ name, shape })),
    {},
    ({ name }) => tensors.read(name),
  );

describe('foreignWeights', () => {
  const v4 = networkConfig('inception-v4');
  const kernel = 'features.0.conv.weight';

  it('lists every tensor that is missing, unknown or of another shape, and reads none', () => {
    const read = (): never => expect.fail('a tensor was read');
    const changes = { [kernel]: undefined, 'features.1.bn.weight': undefined, 'extra.weight': [1] };
    expect(() => foreignWeights(v4, source(v4, 'timm', changes, read), 'timm')).toThrow(
      /2 missing:\n\s+features\.0\.conv\.weight\n\s+features\.1\.bn\.weight\n\s+1 unknown:\n\s+extra\.weight/,
    );
    const turned = { [kernel]: [3, 3, 3, 32], 'features.2.bn.weight': [63] };
    expect(() => foreignWeights(v4, source(v4, 'timm', turned, read), 'timm')).toThrow(
      /2 of another shape:\n.*features\.0\.conv\.weight: \[3, 3, 3, 32\], expected \[32, 3, 3, 3\]\n.*features\.2\.bn\.weight: \[63\], expected \[64\]/,
    );
  });

  it('refuses the weights of another network', () => {
    const v3 = networkConfig('inception-v3');
    expect(() => foreignWeights(v4, source(v3, 'timm'), 'timm')).toThrow(/and \d+ more/);
  });

  it('turns kernels and leaves counters and other heads out', () => {
    const v3 = networkConfig('inception-v3');
    const extra = { 'Conv2d_1a_3x3.bn.num_batches_tracked': [], 'AuxLogits.fc.bias': [1000] };
    const weights = foreignWeights(v3, source(v3, 'timm', extra), 'timm');
    expect(weights.leftOut).toEqual(Object.keys(extra));
    const gamma = numbers('Conv2d_1a_3x3.bn.weight', [32]);
    const theirs = numbers('Conv2d_1a_3x3.conv.weight', [32, 3, 3, 3]);
    const ours = weights.read('stem/conv1/kernel');
    // [height 2, width 1, in 2, out 30] of ours is [out 30, in 2, height 2, width 1] of PyTorch.
    expect(ours[((2 * 3 + 1) * 3 + 2) * 32 + 30]).toBe(
      Math.fround(theirs[((30 * 3 + 2) * 3 + 2) * 3 + 1] * gamma[30]),
    );
    const classifier = numbers('fc.weight', [1000, 2048]);
    expect(weights.read('head/logits/kernel')[5 * 1000 + 7]).toBe(classifier[7 * 2048 + 5]);
  });

  it.each(['slim', 'timm'] as const)('drops class 0 of 1001 in %s files', (scheme) => {
    const all = { ...v4, classes: 1001 };
    const complete = foreignWeights(all, source(all, scheme), scheme);
    const cut = foreignWeights(v4, source(all, scheme), scheme, { dropBackground: true });
    expect(cut.read('head/logits/bias')).toEqual(complete.read('head/logits/bias').slice(1));
    const [whole, part] = [complete, cut].map((weights) => weights.read('head/logits/kernel'));
    expect(part).toHaveLength(1536 * 1000);
    expect([...part.slice(1000, 1003)]).toEqual([...whole.slice(1002, 1005)]);
    expect(() => foreignWeights(v4, source(all, scheme), scheme)).toThrow('of another shape');
  });
});

describe('gamma of the batch normalisation', () => {
  beforeAll(async () => {
    await selectBackend();
  });

  it('scales the normalised activations, whatever its sign', () => {
    // The first convolution alone: gamma * (x - mean) / sqrt(variance + 0.001) + beta, written out.
    const config = networkConfig('inception-v3');
    const weights = foreignWeights(config, source(config, 'timm'), 'timm');
    const [mean, beta, variance, gamma] = ['running_mean', 'bias', 'running_var', 'weight'].map(
      (part) => numbers(`Conv2d_1a_3x3.bn.${part}`, [32]),
    );
    const kernel = numbers('Conv2d_1a_3x3.conv.weight', [32, 3, 3, 3]);
    const folded = weights.read('stem/conv1/kernel');
    const foldedMean = weights.read('stem/conv1/movingMean');
    expect([...gamma].some((value) => value < 0)).toBe(true);
    for (let channel = 0; channel < 32; channel++) {
      // On an image of ones the convolution is the sum of its kernel.
      const sum = (values: Float32Array, index: (i: number) => number): number =>
        Array.from({ length: 27 }, (_, i) => values[index(i)]).reduce((a, b) => a + b);
      const scale = 1 / Math.sqrt(variance[channel] + 1e-3);
      const theirs =
        gamma[channel] * (sum(kernel, (i) => channel * 27 + i) - mean[channel]) * scale +
        beta[channel];
      const ours =
        (sum(folded, (i) => i * 32 + channel) - foldedMean[channel]) * scale + beta[channel];
      expect(ours).toBeCloseTo(theirs, 5);
    }
  });
});

describe('the round trip to timm and back', () => {
  it.each(['inception-v3', 'inception-v4', 'inception-resnet-v2'] as const)(
    'keeps every bit of %s',
    async (name) => {
      const config = { ...networkConfig(name), classes: 11 };
      const mine = inFolder('mine.safetensors');
      const parameters = new Map(
        tensorsOf(config, 'slim').map(({ parameter: { name, shape } }) => [name, shape]),
      );
      saveWeights(mine, config, (tensor) =>
        numbers(tensor, parameters.get(tensor) as readonly number[]),
      );
      const weights = openWeights(mine);
      exportToTimm(weights, inFolder('timm.safetensors'));
      weights.close();
      const back = await openImport(inFolder('timm.safetensors'), name);
      saveWeights(inFolder('back.safetensors'), back.config, (tensor) => back.weights.read(tensor));
      back.weights.close();
      expect(readFileSync(inFolder('back.safetensors')).equals(readFileSync(mine))).toBe(true);
    },
  );
});

describe('our own form', () => {
  beforeAll(async () => {
    await selectBackend();
  });

  it('gives back a trained small network with its config and its logits', () => {
    const config = { ...networkConfig('inception-resnet-v1', 'small'), width: 0.05 };
    const network = buildNetwork(config);
    const file = inFolder('small.safetensors');
    saveWeights(file, config, (name) =>
      numbers(name, shapesOf(network).get(name) as readonly number[]),
    );
    const weights = openWeights(file);
    expect(weights.config).toEqual(config);
    const before = tf.memory().numTensors;
    const values = loadParameters(network, weights);
    const images = tf.ones<tf.Rank.R4>([1, 32, 32, 3]);
    const logits = forward(network, values, images, { training: false });
    expect([...logits.dataSync()].every(Number.isFinite)).toBe(true);
    tf.dispose([...values.values(), images, logits]);
    expect(tf.memory().numTensors).toBe(before);
    weights.close();
  });

  it('names what is wrong with a file', () => {
    const file = inFolder('odd.safetensors');
    write(
      file,
      source(
        networkConfig('inception-v3'),
        'timm',
        {},
        (_, shape) => new Float32Array(size(shape)),
      ),
    );
    expect(() => openWeights(file)).toThrow('bring it in by "lab import');
    const metadata = { format: 'inception-lab', version: '1' };
    writeSafetensors(file, [], { ...metadata, version: '2' }, () => new Float32Array());
    expect(() => openWeights(file)).toThrow('has version 2');
    writeSafetensors(
      file,
      [],
      { ...metadata, network: '{"name":"inception-v9"}' },
      () => new Float32Array(),
    );
    expect(() => openWeights(file)).toThrow('names a network that cannot be built: name');
    const network = JSON.stringify(networkConfig('inception-v3'));
    writeSafetensors(file, [], { ...metadata, network }, () => new Float32Array());
    expect(() => openWeights(file)).toThrow(
      '"stem/conv1/kernel" of shape [3, 3, 3, 32] is missing',
    );
  });
});

function shapesOf(
  network: ReturnType<typeof buildNetwork>,
): ReadonlyMap<string, readonly number[]> {
  return new Map(
    [...new Set(network.nodes)]
      .flatMap((node) => nodeParameters(node))
      .map(({ name, shape }) => [name, shape]),
  );
}

describe("Keras' numbers", () => {
  const named = (names: readonly string[]): TensorSource => ({
    description: 'made',
    shapes: new Map(names.map((name) => [name, [1]])),
    metadata: new Map(),
    read: (name) => Float32Array.of(names.indexOf(name)),
    close: () => undefined,
  });

  it.each([
    ['conv2d/kernel', 'conv2d_1/kernel', 'batch_normalization/beta'],
    ['conv2d_1/kernel', 'conv2d_2/kernel', 'batch_normalization_1/beta'],
    ['conv2d_95/kernel', 'conv2d_96/kernel', 'batch_normalization_95/beta'],
  ])('are counted from 1: %s', (...names) => {
    const counted = countFromOne(named([...names, 'block35_3_conv/kernel']));
    expect([...counted.shapes.keys()]).toEqual([
      'conv2d_1/kernel',
      'conv2d_2/kernel',
      'batch_normalization_1/beta',
      'block35_3_conv/kernel',
    ]);
    expect(counted.read('conv2d_2/kernel')[0]).toBe(1);
  });

  it('are refused when layers of several models are mixed', () => {
    expect(() => countFromOne(named(['conv2d_1/kernel', 'conv2d_3/kernel']))).toThrow(
      '"conv2d" are numbered from 1 to 3, but there are 2',
    );
  });
});

describe('lab import', () => {
  it('takes the trunk of facenet and says what it leaves', async () => {
    const config = { ...networkConfig('inception-resnet-v1'), classes: 0 };
    const heads = {
      'last_linear.weight': [512, 1792],
      'last_bn.weight': [512],
      'logits.bias': [10],
    };
    const gammas = Object.fromEntries(
      tensorsOf(config, 'facenet').flatMap(({ gamma, parameter }) =>
        gamma ? [[gamma, parameter.shape.slice(-1)]] : [],
      ),
    );
    const file = inFolder('facenet.safetensors');
    write(file, source(config, 'facenet', { ...heads, ...gammas }));
    const opened = await openImport(file, 'inception-resnet-v1');
    expect(opened.config.classes).toBe(0);
    expect(opened.weights.leftOut).toEqual(Object.keys(heads));
    opened.weights.close();
  });

  it('needs less memory than twice the file, and never replaces weights unasked', () => {
    const config = networkConfig('inception-resnet-v2');
    const file = inFolder('timm.safetensors');
    write(
      file,
      source(config, 'timm', {}, (_, shape) => new Float32Array(size(shape)).fill(0.5)),
    );
    const bytes = statSync(file).size;
    expect(bytes).toBeGreaterThan(220e6);
    const words = ['import', file, '--as', config.name, '--out', folder];
    const bare = lab(['models', 'inception-v3', '--json']);
    const first = lab(words);
    expect(first.stdout).toContain('898 tensors, 55,873,736 numbers');
    expect((first.peakBytes - bare.peakBytes) / bytes).toBeLessThan(2);
    expect(lab(words).stderr).toContain('is there already');
    expect(lab([...words, '--force']).code).toBe(0);
    const exported = lab(['export', inFolder(`${config.name}.safetensors`), '--to', 'timm']);
    expect(exported.code).toBe(0);
    expect((exported.peakBytes - bare.peakBytes) / bytes).toBeLessThan(2);
    const source2 = openSafetensors(inFolder(`${config.name}.timm.safetensors`));
    expect(source2.shapes.get('conv2d_1a.bn.num_batches_tracked')).toEqual([]);
    source2.close();
  });

  it.each([
    [['import', 'x.pth', '--as', 'inception-v3'], 'save them as safetensors first'],
    [['import', 'x.h5', '--as', 'inception-v4'], 'Keras has no inception-v4'],
    [['import', 'none.safetensors', '--as', 'inception-v4'], 'none.safetensors cannot be opened'],
    [['import', 'x.h5', '--as', 'inception-v9'], 'Unknown network "inception-v9"'],
    [['export', 'x', '--to', 'keras'], 'names of "keras"'],
  ])('%j ends with a sentence', async (words, message) => {
    const errors: string[] = [];
    const print = console.error;
    console.error = (text: string) => errors.push(text);
    const code = await main(words).finally(() => (console.error = print));
    expect(code).toBeGreaterThan(0);
    expect(errors.join('\n')).toContain(message);
  });
});

/** Runs the command line in a process of its own and measures its memory. */
function lab(words: readonly string[]) {
  const program = `
    const { main } = require('./dist/experiments/cli.js');
    main(${JSON.stringify(words)}).then((code) => {
      console.log('peak ' + process.resourceUsage().maxRSS);
      process.exitCode = code;
    });`;
  const done = spawnSync(process.execPath, ['-e', program], {
    cwd: projectRoot(),
    encoding: 'utf8',
  });
  const peak = /peak (\d+)/.exec(done.stdout)?.[1] ?? NaN;
  return {
    code: done.status,
    stdout: done.stdout,
    stderr: done.stderr,
    peakBytes: Number(peak) * 1024,
  };
}
