import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

import { LabError } from '../../lib/errors';
import { openKerasH5 } from '../../lib/weights/kerasH5';

const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-h5-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = path.join(folder, 'weights.h5');

type Layers = Readonly<
  Record<string, Readonly<Record<string, Float32Array | Float64Array | Int32Array>>>
>;

/** A file in the form of Keras, `/<layer>/<layer>/<variable>`, below an optional root group. */
async function write(layers: Layers, root = ''): Promise<void> {
  const { File, ready } = await import('h5wasm/node');
  await ready;
  const h5 = new File(file, 'w');
  if (root) h5.create_group(root);
  for (const [layer, variables] of Object.entries(layers)) {
    const outer = `${root}/${layer}`;
    h5.create_group(outer);
    h5.create_group(`${outer}/${layer}`);
    for (const [name, data] of Object.entries(variables)) {
      h5.create_dataset({ name: `${outer}/${layer}/${name}`, data, shape: [data.length, 1] });
    }
  }
  h5.flush();
  h5.close();
}

async function readAll(): Promise<Readonly<Record<string, number[]>>> {
  const source = await openKerasH5(file);
  try {
    return Object.fromEntries(
      [...source.shapes.keys()].map((name) => [name, [...source.read(name)]]),
    );
  } finally {
    source.close();
  }
}

const LAYERS: Layers = {
  conv2d_1: { 'kernel:0': new Float32Array([1, -2.5]) },
  batch_normalization_1: {
    'beta:0': new Float32Array([0.25]),
    'moving_mean:0': new Float64Array([0.1]),
  },
};
const EXPECTED = {
  'conv2d_1/kernel': [1, -2.5],
  'batch_normalization_1/beta': [0.25],
  'batch_normalization_1/moving_mean': [Math.fround(0.1)],
};

describe('openKerasH5', () => {
  it('finds the variables of a weights file by layer', async () => {
    await write(LAYERS);
    expect(await readAll()).toEqual(EXPECTED);
    const source = await openKerasH5(file);
    expect(source.shapes.get('conv2d_1/kernel')).toEqual([2, 1]);
    source.close();
  });

  it('finds them in a whole model', async () => {
    await write(LAYERS, 'model_weights');
    expect(await readAll()).toEqual(EXPECTED);
  });

  it("explains that Keras 3's numbered form has no names", async () => {
    await write({ conv2d: { 0: new Float32Array([1]) } }, 'layers');
    await expect(openKerasH5(file)).rejects.toThrow("model.save('model.h5')");
  });

  it('refuses integers, NaN, other files and missing ones', async () => {
    await write({ conv2d: { kernel: new Int32Array([1]) } });
    await expect(openKerasH5(file)).rejects.toThrow('"conv2d/kernel" is of type');
    await write({ conv2d: { kernel: new Float32Array([1, NaN]) } });
    await expect(readAll()).rejects.toThrow('holds NaN at index 1');
    writeFileSync(file, 'not HDF5 at all');
    await expect(openKerasH5(file)).rejects.toThrow('cannot be read as HDF5');
    rmSync(file);
    await expect(openKerasH5(file)).rejects.toThrow('no such file');
  });

  it('refuses damage with a LabError or reads the file whole, whatever was changed', async () => {
    await write(LAYERS);
    const good = readFileSync(file);
    const flip = fc.record({ at: fc.nat(good.length - 1), to: fc.nat(255) });
    const damage = fc.record({
      flips: fc.array(flip, { maxLength: 6 }),
      length: fc.oneof(fc.constant(good.length), fc.nat(good.length)),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ flips, length }) => {
        const bytes = Buffer.from(good);
        flips.forEach(({ at, to }) => (bytes[at] = to));
        writeFileSync(file, bytes.subarray(0, length));
        try {
          for (const values of Object.values(await readAll())) {
            expect(values.length * 4).toBeLessThanOrEqual(good.length);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(LabError);
        }
        expect(readdirSync(folder)).toEqual([path.basename(file)]);
      }),
      { numRuns: 1000 },
    );
  });
});
