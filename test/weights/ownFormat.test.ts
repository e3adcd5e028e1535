import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import * as tf from '@tensorflow/tfjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { selectBackend } from '../../lib/backend/select';
import { forward } from '../../lib/models/forward';
import { buildNetwork, networkConfig } from '../../lib/models/networks';
import { loadParameters } from '../../lib/weights/loadParameters';
import { openWeights, saveWeights } from '../../lib/weights/ownFormat';
import { writeSafetensors } from '../../lib/weights/safetensorsWriter';
import { numbers, shapesOf, size, source, write } from './madeWeights';

const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-import-'));
const inFolder = (name: string): string => path.join(folder, name);
afterEach(() => readdirSync(folder).forEach((name) => rmSync(inFolder(name), { recursive: true })));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
