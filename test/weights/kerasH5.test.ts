import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import type * as H5 from 'h5wasm/node' with { 'resolution-mode': 'import' };
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { LabError } from '../../lib/errors';
import { Hdf5 } from '../../lib/weights/hdf5';
import { openKerasH5 } from '../../lib/weights/kerasH5';

const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-h5-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = path.join(folder, 'weights.h5');

type H5File = H5.File;
let h5wasm: typeof H5;
beforeAll(async () => {
  h5wasm = await import('h5wasm/node');
  await h5wasm.ready;
});

type Layers = Readonly<
  Record<string, Readonly<Record<string, Float32Array | Float64Array | Int32Array>>>
>;

/** A file in the form of Keras, `/<layer>/<layer>/<variable>`, below an optional root group. */
function write(layers: Layers, root = '', more?: (h5: H5File) => void): void {
  rmSync(file, { force: true });
  const h5 = new h5wasm.File(file, 'w');
  if (root) h5.create_group(root);
  for (const [layer, variables] of Object.entries(layers)) {
    const outer = `${root}/${layer}`;
    h5.create_group(outer);
    h5.create_group(`${outer}/${layer}`);
    for (const [name, data] of Object.entries(variables)) {
      h5.create_dataset({ name: `${outer}/${layer}/${name}`, data, shape: [data.length, 1] });
    }
  }
  more?.(h5);
  h5.flush();
  h5.close();
}

async function readAll(name = file): Promise<Readonly<Record<string, number[]>>> {
  const source = await openKerasH5(name);
  try {
    return Object.fromEntries(
      [...source.shapes.keys()].map((tensor) => [tensor, [...source.read(tensor)]]),
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
    write(LAYERS);
    expect(await readAll()).toEqual(EXPECTED);
    const source = await openKerasH5(file);
    expect(source.shapes.get('conv2d_1/kernel')).toEqual([2, 1]);
    source.close();
  });

  it('finds them in a whole model', async () => {
    write(LAYERS, 'model_weights');
    expect(await readAll()).toEqual(EXPECTED);
  });

  it("explains that Keras 3's numbered form has no names", async () => {
    write({ conv2d: { 0: new Float32Array([1]) } }, 'layers');
    await expect(openKerasH5(file)).rejects.toThrow("model.save('model.h5')");
  });

  it('refuses integers, NaN, other files and missing ones', async () => {
    write({ conv2d: { kernel: new Int32Array([1]) } });
    await expect(openKerasH5(file)).rejects.toThrow('"conv2d/kernel" is of type');
    write({ conv2d: { kernel: new Float32Array([1, NaN]) } });
    await expect(readAll()).rejects.toThrow('holds NaN at index 1');
    writeFileSync(file, 'not HDF5 at all');
    await expect(openKerasH5(file)).rejects.toThrow('cannot be read as HDF5');
    rmSync(file);
    await expect(openKerasH5(file)).rejects.toThrow('no such file');
  });

  it('names the layers of a model within a model, and those with a scope of another name', async () => {
    write({}, 'model_weights', (h5) => {
      dataset(h5, '/model_weights/inception/conv2d_1/kernel:0', new Float32Array([1, -2.5]));
      dataset(
        h5,
        '/model_weights/inception/batch_normalization_1/beta:0',
        new Float32Array([0.25]),
      );
      dataset(h5, '/model_weights/predictions/predictions_7/bias:0', new Float32Array([3]));
    });
    expect(await readAll()).toEqual({
      'conv2d_1/kernel': [1, -2.5],
      'batch_normalization_1/beta': [0.25],
      'predictions/bias': [3],
    });
  });

  it('reads scalars, empty tensors and compressed ones', async () => {
    write({}, '', (h5) => {
      h5.create_group('/conv2d');
      h5.create_dataset({ name: '/conv2d/scalar', data: new Float32Array([7]), shape: [] });
      h5.create_dataset({ name: '/conv2d/empty', data: new Float32Array(0), shape: [0] });
      const packed = { shape: [4], chunks: [4], compression: 'gzip' as const };
      h5.create_dataset({ name: '/conv2d/bias', data: new Float32Array([1, 2, 3, 4]), ...packed });
    });
    expect(await readAll()).toEqual({
      'conv2d/scalar': [7],
      'conv2d/empty': [],
      'conv2d/bias': [1, 2, 3, 4],
    });
    const source = await openKerasH5(file);
    expect(source.shapes.get('conv2d/scalar')).toEqual([]);
    expect(source.shapes.get('conv2d/empty')).toEqual([0]);
    source.close();
    source.close();
    expect(() => source.read('conv2d/scalar')).toThrow('is closed already');
  });

  it('reads half precision and big-endian numbers', async () => {
    // Made by h5py with libver 'latest': '<f2' [[1, -2], [2**-24, 65504]] and '>f4' [1, -2.5].
    expect(await readAll(path.join(__dirname, 'h5pyTypes.h5'))).toEqual({
      'conv2d/bias': [1, -2.5],
      'conv2d/kernel': [1, -2, 2 ** -24, 65504],
    });
  });

  it('follows no links: not to itself, not to other files', async () => {
    for (const link of ['hard', 'soft', 'external'] as const) {
      write(LAYERS, '', (h5) => {
        if (link === 'hard') h5.create_hard_link('/', 'conv2d_1/loop');
        if (link === 'soft') h5.create_soft_link('/', 'conv2d_1/loop');
        if (link === 'external') h5.create_external_link(file, '/', 'other');
      });
      await expect(openKerasH5(file), link).rejects.toThrow(LabError);
    }
    write(LAYERS, '', (h5) => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) h5.create_hard_link('/', `conv2d_1/${name}`);
    });
    await expect(openKerasH5(file)).rejects.toThrow(LabError);
  });

  it('refuses tensors that unpack to far more than the file', async () => {
    write({}, '', (h5) => {
      h5.create_group('/conv2d');
      const packed = { shape: [1e6], chunks: [1e6], compression: 'gzip' as const };
      h5.create_dataset({ name: '/conv2d/bias', data: new Float32Array(1e6), ...packed });
    });
    await expect(openKerasH5(file)).rejects.toThrow('needs 4000000 bytes');
  });

  it('refuses damage with a LabError or reads the file whole, whatever was changed', async () => {
    write(LAYERS);
    const good = readFileSync(file);
    const flip = fc.record({ at: fc.nat(good.length - 1), to: fc.nat(255) });
    const damage = fc.record({
      flips: fc.array(flip, { maxLength: 12 }),
      length: fc.oneof(fc.constant(good.length), fc.nat(good.length + 64)),
    });
    const open = openFiles();
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(damage, async ({ flips, length }) => {
        const bytes = Buffer.concat([good, Buffer.alloc(64)]);
        flips.forEach(({ at, to }) => (bytes[at] = to));
        writeFileSync(file, bytes.subarray(0, length));
        try {
          for (const values of Object.values(await readAll())) {
            expect(values.length * 4).toBeLessThanOrEqual(4 * good.length);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(LabError);
          refused += 1;
        }
        // A damaged file leaves nothing behind that would harm the next one, of the same name.
        writeFileSync(file, good);
        expect(await readAll()).toEqual(EXPECTED);
        expect(readdirSync(folder)).toEqual([path.basename(file)]);
      }),
      { numRuns: 1000 },
    );
    expect(refused).toBeGreaterThan(100);
    expect(openFiles()).toBeLessThanOrEqual(open + 2);
  });

  it('reads on after a file has brought the library down', async () => {
    write(LAYERS);
    const hdf5 = await Hdf5.load();
    const trap = (): never => {
      throw new WebAssembly.RuntimeError('null function or function signature mismatch');
    };
    expect(() => hdf5.guarded(file, trap)).toThrow(LabError);
    expect(await Hdf5.load()).not.toBe(hdf5);
    expect(await readAll()).toEqual(EXPECTED);
  });
});

/** The process' open files, where the system tells. */
function openFiles(): number {
  return existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0;
}

function dataset(h5: H5File, name: string, data: Float32Array): void {
  const parts = name.split('/').slice(1, -1);
  parts.forEach((_, index) => {
    const group = `/${parts.slice(0, index + 1).join('/')}`;
    if (!h5.get(group)) h5.create_group(group);
  });
  h5.create_dataset({ name, data, shape: [data.length] });
}
