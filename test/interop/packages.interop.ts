import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { selectBackend } from '../../lib/backend/select';
import { forward } from '../../lib/models/forward';
import { buildNetwork } from '../../lib/models/networks';
import { exportToTimm } from '../../lib/weights/export';
import { openImport } from '../../lib/weights/import';
import { loadParameters } from '../../lib/weights/loadParameters';
import { openWeights, saveWeights } from '../../lib/weights/ownFormat';
import { openSafetensors } from '../../lib/weights/safetensors';

/** Where `npm run test:interop` has installed keras, timm, torch and safetensors. */
const python = process.env.LAB_INTEROP_PYTHON ?? expect.fail('run this by "npm run test:interop"');
const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-interop-'));
const inFolder = (name: string): string => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function runPackages(...words: readonly string[]): void {
  const program = path.join(__dirname, 'packages.py');
  const done = spawnSync(python, [program, ...words], {
    encoding: 'utf8',
    env: { ...process.env, CUDA_VISIBLE_DEVICES: '' },
  });
  expect(done.status, done.stderr).toBe(0);
}

function read(file: string, name: string): { values: Float32Array; shape: readonly number[] } {
  const source = openSafetensors(file);
  const result = { values: source.read(name), shape: source.shapes.get(name) ?? [] };
  source.close();
  return result;
}

/** The largest difference of two sets of logits, in standard deviations of the expected ones. */
function difference(actual: ArrayLike<number>, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  const mean = expected.reduce((sum, value) => sum + value) / expected.length;
  const deviation = Math.sqrt(
    expected.reduce((sum, value) => sum + (value - mean) ** 2, 0) / expected.length,
  );
  return (
    Math.max(...Array.from(actual, (value, index) => Math.abs(value - expected[index]))) / deviation
  );
}

/** Imports a file, keeps the weights in our form and runs the network on the images. */
async function ourLogits(file: string, network: string): Promise<Float32Array> {
  const opened = await openImport(file, network);
  const own = inFolder(`${network}.safetensors`);
  const { config } = opened;
  saveWeights(own, config, (name) => opened.weights.read(name));
  opened.weights.close();
  const weights = openWeights(own);
  const built = buildNetwork({ ...config, inputSize: 139 });
  const values = loadParameters(built, weights);
  weights.close();
  const { values: pixels, shape } = read(inFolder('images.safetensors'), 'images');
  const images = tf.tensor4d(pixels, shape as [number, number, number, number]);
  const logits = forward(built, values, images, { training: false });
  const result = logits.dataSync<'float32'>().slice();
  tf.dispose([...values.values(), images, logits]);
  return result;
}

describe('files of the real packages', () => {
  beforeAll(async () => {
    await selectBackend('tensorflow');
    runPackages('keras', folder);
    runPackages('timm', folder);
  }, 900_000);

  it.each([
    ['inception-v3', 'keras.h5'],
    ['inception-resnet-v2', 'keras.h5'],
    ['inception-v3', 'timm.safetensors'],
    ['inception-v4', 'timm.safetensors'],
    ['inception-resnet-v2', 'timm.safetensors'],
  ])(
    '%s from %s gives its logits, and again in timm after the export',
    async (network, kind) => {
      const [source] = kind.split('.');
      const expected = read(inFolder(`${network}.${source}.logits.safetensors`), 'logits').values;
      const ours = difference(await ourLogits(inFolder(`${network}.${kind}`), network), expected);
      const own = openWeights(inFolder(`${network}.safetensors`));
      exportToTimm(own, inFolder('export.safetensors'));
      own.close();
      runPackages('run', network, inFolder('export.safetensors'), folder);
      const back = difference(read(inFolder('back.safetensors'), 'logits').values, expected);
      console.log(
        `${network}, ${source}: ours ${ours.toExponential(1)}, back in timm ${back.toExponential(1)} deviations`,
      );
      expect(ours).toBeLessThan(1e-5);
      expect(back).toBeLessThan(1e-5);
    },
    300_000,
  );
});
