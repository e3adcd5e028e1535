import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterAll, afterEach, describe, expect, it } from 'vitest';

import { networkConfig } from '../../lib/models/networks';
import { exportToTimm } from '../../lib/weights/export';
import { tensorsOf } from '../../lib/weights/foreignWeights';
import { openImport } from '../../lib/weights/import';
import { openWeights, saveWeights } from '../../lib/weights/ownFormat';
import { numbers, sizes } from './madeWeights';

const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-import-'));
const inFolder = (name: string): string => path.join(folder, name);
afterEach(() => readdirSync(folder).forEach((name) => rmSync(inFolder(name), { recursive: true })));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the export to timm', () => {
  it('refuses a network that timm would compute in another way', () => {
    const released = networkConfig('inception-resnet-v2');
    const config = { ...released, residualScale: { ...released.residualScale, b: 0.2 } };
    const mine = inFolder('mine.safetensors');
    saveWeights(mine, config, (name) => new Float32Array(sizes(config).get(name) as number));
    const weights = openWeights(mine);
    expect(() => exportToTimm(weights, inFolder('timm.safetensors'))).toThrow(
      'timm\'s inception-resnet-v2 has residualScale {"a":0.17,"b":0.1,"c":0.2}',
    );
    weights.close();
    expect(readdirSync(folder)).toEqual(['mine.safetensors']);
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
      expect(back.folded).toBe(0);
      saveWeights(inFolder('back.safetensors'), back.config, (tensor) => back.weights.read(tensor));
      back.weights.close();
      expect(readFileSync(inFolder('back.safetensors')).equals(readFileSync(mine))).toBe(true);
    },
  );
});
