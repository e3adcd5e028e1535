import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterAll, afterEach, describe, expect, it } from 'vitest';

import { main } from '../../experiments/cli';
import { networkConfig } from '../../lib/models/networks';
import { projectRoot } from '../../lib/projectRoot';
import { tensorsOf } from '../../lib/weights/foreignWeights';
import { openImport } from '../../lib/weights/import';
import { countFromOne } from '../../lib/weights/kerasNumbers';
import { openSafetensors } from '../../lib/weights/safetensors';
import type { TensorSource } from '../../lib/weights/tensorSource';
import { size, source, write } from './madeWeights';

const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-import-'));
const inFolder = (name: string): string => path.join(folder, name);
afterEach(() => readdirSync(folder).forEach((name) => rmSync(inFolder(name), { recursive: true })));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
    expect(opened.folded).toBe(new Set(Object.keys(gammas)).size);
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
