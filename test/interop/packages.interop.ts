import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';

import { main } from '../../experiments/cli';
import { selectBackend } from '../../lib/backend/select';
import { activations } from '../../lib/models/forward';
import { buildNetwork, type NetworkName } from '../../lib/models/networks';
import type { Node } from '../../lib/models/node';
import { openKerasH5 } from '../../lib/weights/kerasH5';
import { loadParameters } from '../../lib/weights/loadParameters';
import { openWeights } from '../../lib/weights/ownFormat';
import { openSafetensors } from '../../lib/weights/safetensors';

/** The largest difference allowed, in standard deviations of the tensor; float32 itself comes to a few 1e-6. */
const TOLERANCE = 1e-5;

interface Outputs {
  readonly logits: Float32Array;
  readonly auxiliary?: Float32Array;
}

/** The interpreter of the environment that `npm run test:interop` makes. */
function python(): string {
  return process.env.LAB_INTEROP_PYTHON ?? expect.fail('start this by "npm run test:interop"');
}

function runPackages(words: readonly string[]): void {
  const program = path.join(__dirname, 'packages.py');
  const done = spawnSync(python(), [program, ...words], {
    encoding: 'utf8',
    timeout: 600_000,
  });
  expect(done.status, `${String(done.error ?? '')}${done.stderr}`).toBe(0);
}

/** A command of the laboratory's own command line; returns what it printed. */
async function lab(...words: readonly string[]): Promise<string> {
  const [log, error] = (['log', 'error'] as const).map((stream) =>
    vi.spyOn(console, stream).mockImplementation(() => undefined),
  );
  const code = await main(words);
  const printed = [log, error].map(({ mock }) => mock.calls.join('\n'));
  vi.restoreAllMocks();
  expect(code, printed[1]).toBe(0);
  return printed[0];
}

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-interop-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function readTensor(file: string, name: string): Float32Array {
  const source = openSafetensors(file);
  const values = source.read(name);
  source.close();
  return values;
}

/** What the network of a weight file of ours puts out for the images of a folder. */
function ourOutputs(file: string, folder: string): Outputs {
  const pixels = readTensor(path.join(folder, 'images.safetensors'), 'images');
  const size = Math.sqrt(pixels.length / 2 / 3);
  const weights = openWeights(file);
  const network = buildNetwork({ ...weights.config, inputSize: size });
  const values = loadParameters(network, weights);
  weights.close();
  const nodes = [network.output, network.auxiliaryOutput].filter(
    (node): node is Node => node !== undefined,
  );
  const images = tf.tensor4d(pixels, [2, size, size, 3]);
  const results = activations(network, nodes, values, images, { training: false });
  const [logits, auxiliary] = results.map((result) => result.dataSync<'float32'>().slice());
  tf.dispose([...values.values(), ...results, images]);
  return { logits, auxiliary };
}

/** The largest difference, in standard deviations of what is expected. */
function difference(found: Float32Array | undefined, expected: Float32Array): number {
  expect(found).toHaveLength(expected.length);
  const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length;
  const squares = expected.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / expected.length);
  const differences = expected.map((value, index) => Math.abs(value - (found?.[index] ?? NaN)));
  return differences.reduce((a, b) => Math.max(a, b)) / deviation;
}

function report(what: string, value: number): void {
  process.stdout.write(`  ${what}: ${value.toExponential(1)} standard deviations\n`);
  expect(value, what).toBeLessThanOrEqual(TOLERANCE);
}

/** Imports what a package has made, and compares what the network puts out. */
async function importAndCompare(
  folder: string,
  kind: 'h5' | 'safetensors',
  network: NetworkName,
  flags: readonly string[] = [],
): Promise<string> {
  const file = path.join(folder, `weights.${kind}`);
  const printed = await lab('import', file, '--as', network, '--out', folder, ...flags);
  const { logits, auxiliary } = ourOutputs(path.join(folder, `${network}.safetensors`), folder);
  const expected = path.join(folder, 'expected.safetensors');
  const wanted = readTensor(expected, 'logits');
  report(`${network}, imported`, difference(logits, droppedLike(logits, wanted)));
  if (auxiliary) {
    report('auxiliary head', difference(auxiliary, readTensor(expected, 'auxiliary')));
  }
  return printed;
}

/** The expected logits of two images without class 0, where ours have one class less. */
function droppedLike(found: Float32Array, expected: Float32Array): Float32Array {
  const classes = expected.length / 2;
  return found.length === expected.length ? expected : expected.filter((_, i) => i % classes > 0);
}

/** Exports our weights; timm must take all of them and give our numbers. */
async function exportAndCompare(folder: string, network: NetworkName): Promise<void> {
  const own = path.join(folder, `${network}.safetensors`);
  await lab('export', own, '--to', 'timm');
  const exported = path.join(folder, `${network}.timm.safetensors`);
  const { logits, auxiliary } = ourOutputs(own, folder);
  runPackages(['run', network, folder, exported, String(logits.length / 2)]);
  const timm = path.join(folder, 'run.safetensors');
  report('in timm after the export', difference(logits, readTensor(timm, 'logits')));
  if (auxiliary) {
    report('its auxiliary head', difference(auxiliary, readTensor(timm, 'auxiliary')));
  }
}

beforeAll(async () => {
  await selectBackend();
});

describe('files of Keras', () => {
  it.each(['inception-v3', 'inception-resnet-v2'] as const)('%s', async (network) => {
    const folder = temporaryFolder();
    runPackages(['make', 'keras', network, folder]);
    expect(await importAndCompare(folder, 'h5', network)).toContain("keras's names, 1000 classes");
    await exportAndCompare(folder, network);
    await expect(openKerasH5(path.join(folder, 'numbered.weights.h5'))).rejects.toThrow(
      "save the model with model.save('model.h5') and import that file",
    );
  });
});

describe('files of timm', () => {
  it.each(['inception-v3', 'inception-v4', 'inception-resnet-v2'] as const)(
    '%s',
    async (network) => {
      const folder = temporaryFolder();
      runPackages(['make', 'timm', network, folder]);
      expect(await importAndCompare(folder, 'safetensors', network)).toContain('folded:');
      await exportAndCompare(folder, network);
    },
  );

  it('inception-v4 without class 0', async () => {
    const folder = temporaryFolder();
    runPackages(['make', 'timm', 'inception-v4', folder, '1001']);
    const printed = await importAndCompare(folder, 'safetensors', 'inception-v4', [
      '--drop-background',
    ]);
    expect(printed).toContain('1000 classes');
  });

  it('inception-v3 with its auxiliary head', async () => {
    const folder = temporaryFolder();
    runPackages(['make', 'timm-auxiliary', 'inception-v3', folder]);
    await importAndCompare(folder, 'safetensors', 'inception-v3', ['--auxiliary']);
    await exportAndCompare(folder, 'inception-v3');
    const printed = await importAndCompare(folder, 'safetensors', 'inception-v3', ['--force']);
    expect(printed).toContain('left out: 12 tensors of other heads: AuxLogits.conv0.bn.bias');
  });
});

describe('files of facenet-pytorch', () => {
  it('the trunk of inception-resnet-v1', async () => {
    const folder = temporaryFolder();
    runPackages(['make', 'facenet', 'inception-resnet-v1', folder, '10']);
    const printed = await importAndCompare(folder, 'safetensors', 'inception-resnet-v1');
    expect(printed).toContain('left out: 7 tensors of other heads: last_bn.bias');
  });
});
