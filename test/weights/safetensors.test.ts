import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

import { LabError } from '../../lib/errors';
import { openSafetensors } from '../../lib/weights/safetensors';
import { writeSafetensors } from '../../lib/weights/safetensorsWriter';

const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-safetensors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = path.join(folder, 'weights.safetensors');

/** A file with this header and these data, by hand. */
function write(header: unknown, data: Uint8Array = new Uint8Array(), claimed?: bigint): string {
  rmSync(file, { recursive: true, force: true });
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(claimed ?? BigInt(text.length));
  writeFileSync(file, Buffer.concat([length, text, data]));
  return file;
}

function readAll(name: string): ReadonlyMap<string, Float32Array> {
  const source = openSafetensors(name);
  try {
    return new Map([...source.shapes.keys()].map((tensor) => [tensor, source.read(tensor)]));
  } finally {
    source.close();
  }
}

const entry = (dtype: string, shape: readonly number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('openSafetensors', () => {
  it('reads numbers of every float type', () => {
    const data = Buffer.concat([
      Buffer.from([0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0xff, 0x7b]), // F16: 1, -2, 2^-24, 65504
      Buffer.from([0x80, 0x3f, 0x49, 0xc0]), // BF16: 1, -3.140625
      Buffer.from(new Float64Array([0.1]).buffer),
      Buffer.from(new Float32Array([-0, 1e-45]).buffer),
    ]);
    write(
      {
        __metadata__: { format: 'pt' },
        half: entry('F16', [2, 2], 0, 8),
        brain: entry('BF16', [2], 8, 12),
        double: entry('F64', [], 12, 20),
        single: entry('F32', [2, 1], 20, 28),
      },
      data,
    );
    const tensors = readAll(file);
    expect([...(tensors.get('half') ?? [])]).toEqual([1, -2, 2 ** -24, 65504]);
    expect([...(tensors.get('brain') ?? [])]).toEqual([1, -3.140625]);
    expect([...(tensors.get('double') ?? [])]).toEqual([Math.fround(0.1)]);
    expect([...(tensors.get('single') ?? [])]).toEqual([-0, Math.fround(1e-45)]);
    const source = openSafetensors(file);
    expect(source.metadata.get('format')).toBe('pt');
    expect(source.shapes.get('half')).toEqual([2, 2]);
    source.close();
  });

  const eight = new Uint8Array(8);
  it.each<[what: string, make: () => unknown, message: string]>([
    ['is empty', () => writeFileSync(file, ''), 'has only 0 bytes'],
    ['claims a header beyond its end', () => write('{}', eight, 2n ** 63n), 'claims 9223372036854775808 bytes'],
    ['has a header that is not JSON', () => write('{"a":'), 'is not JSON'],
    ['has a header that is not UTF-8', () => write('x').length && writeFileSync(file, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0xff])), 'is not UTF-8'],
    ['has an array for a header', () => write([1]), 'is not a JSON object'],
    ['has a deep header', () => write(`${'['.repeat(200_000)}${']'.repeat(200_000)}`), 'safetensors'],
    ['has deep JSON in a tensor', () => write(`{"a":${'{"b":'.repeat(50_000)}1${'}'.repeat(50_000)}}`), '"a"'],
    ['has a negative size', () => write({ a: entry('F32', [-2], 0, 8) }, eight), 'wrong shape.0'],
    ['has a size that is not whole', () => write({ a: entry('F32', [1.5], 0, 8) }, eight), 'wrong shape.0'],
    ['has sizes that overflow', () => write({ a: entry('F32', [2 ** 31, 2 ** 31, 2 ** 31], 0, 8) }, eight), 'needs'],
    ['has an unknown type', () => write({ a: entry('F99', [2], 0, 8) }, eight), 'unknown type "F99"'],
    ['has a type that objects inherit', () => write({ a: entry('toString', [2], 0, 8) }, eight), 'unknown type "toString"'],
    ['has offsets that do not fit the shape', () => write({ a: entry('F32', [3], 0, 8) }, eight), 'needs 12 bytes and has 8'],
    ['has overlapping tensors', () => write({ a: entry('F32', [2], 0, 8), b: entry('F32', [1], 4, 8) }, eight), 'overlaps'],
    ['has a gap', () => write({ a: entry('F32', [1], 4, 8) }, eight), 'gap'],
    ['has data that belong to no tensor', () => write({ a: entry('F32', [1], 0, 4) }, eight), 'take 4 bytes and the file holds 8'],
    ['ends in a tensor', () => write({ a: entry('F32', [4], 0, 16) }, eight), 'take 16 bytes and the file holds 8'],
    ['has a number for metadata', () => write({ __metadata__: { a: 1 } }), 'the metadata "a"'],
    ['has a text for metadata', () => write({ __metadata__: 'text' }), 'the metadata is not'],
    ['has an array for metadata', () => write({ __metadata__: ['text'] }), 'the metadata is not'],
    ['has a number for a tensor', () => write({ a: 1 }), 'the tensor "a" has a wrong entry'],
    ['has a tensor twice', () => write('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}', eight), 'same name twice'],
    ['has a shape twice', () => write('{"a:\\"":{"dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,8]}}', eight), 'same name twice'],
    ['is a folder', () => { mkdirSync(file); }, 'it is not a file'],
    ['holds infinity in half precision', () => write({ a: entry('F16', [2], 0, 4) }, new Uint8Array([0, 0, 0, 0xfc])), 'holds -Infinity at index 1'],
    ['holds a number beyond 32-bit floats', () => write({ a: entry('F64', [], 0, 8) }, new Uint8Array(new Float64Array([1e300]).buffer)), 'holds Infinity at index 0'],
    ['holds NaN', () => write({ a: entry('F32', [1], 0, 4) }, new Uint8Array([0, 0, 0xc0, 0x7f])), 'holds NaN at index 0'],
  ])('refuses a file that %s', (_, make, message) => {
    make();
    expect(() => readAll(file)).toThrow(LabError);
    expect(() => readAll(file)).toThrow(message);
    rmSync(file, { recursive: true, force: true });
  }); // prettier-ignore

  it('lists integers and refuses to read them as floats', () => {
    write({ steps: entry('I64', [], 0, 8) }, eight);
    const source = openSafetensors(file);
    expect(source.shapes.get('steps')).toEqual([]);
    expect(() => source.read('steps')).toThrow('of type I64');
    expect(() => source.read('missing')).toThrow('holds no tensor "missing"');
    source.close();
    source.close();
    expect(() => source.read('steps')).toThrow('is closed already');
  });

  it('takes "__proto__" for a name like any other', () => {
    write('{"__proto__":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', eight);
    expect([...(readAll(file).get('__proto__') ?? [])]).toEqual([0, 0]);
  });

  it('says which file is not there', () => {
    expect(() => openSafetensors(path.join(folder, 'none'))).toThrow('none cannot be opened');
  });
});

describe('writeSafetensors', () => {
  it('gives back, bit for bit, what was written', () => {
    const values = fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 30 });
    fc.assert(
      fc.property(fc.array(values, { maxLength: 5 }), (tensors) => {
        const shapes = tensors.map(({ length }, index) => ({
          name: `t${index}`,
          shape: [1, length],
        }));
        writeSafetensors(file, shapes, { a: 'b' }, ({ name }) => tensors[Number(name.slice(1))]);
        const read = readAll(file);
        tensors.forEach((tensor, index) => {
          const bits = (array: Float32Array): number[] => [
            ...new Uint32Array(Float32Array.from(array).buffer),
          ];
          expect(bits(read.get(`t${index}`) as Float32Array)).toEqual(bits(tensor));
        });
      }),
    );
  });

  it('keeps the signs of zeros, the smallest numbers, scalars and empty tensors', () => {
    const contents = new Map([
      ['scalar', { shape: [], values: new Float32Array([-0]) }],
      ['empty', { shape: [0], values: new Float32Array(0) }],
      ['small', { shape: [2, 1], values: new Float32Array([-(2 ** -149), 2 ** -127]) }],
    ]);
    const tensors = [...contents].map(([name, { shape }]) => ({ name, shape }));
    writeSafetensors(file, tensors, {}, ({ name }) => contents.get(name)?.values as Float32Array);
    const source = openSafetensors(file);
    expect([...source.shapes]).toEqual(tensors.map(({ name, shape }) => [name, shape]));
    contents.forEach(({ values }, name) => expect(source.read(name)).toEqual(values));
    source.close();
    // The bits as IEEE 754 has them, behind the header.
    expect(readFileSync(file).subarray(-12).toString('hex')).toBe('000000800100008000004000');
  });

  it('writes names in their order, which an object would change', () => {
    const tensors = ['b', '7', '__proto__', 'a:"'].map((name) => ({ name, shape: [1] }));
    writeSafetensors(file, tensors, {}, ({ name }) => new Float32Array([name.length]));
    const text = readFileSync(file).toString('latin1');
    const positions = ['"b"', '"7"', '"__proto__"', '"a:\\""'].map((name) => text.indexOf(name));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(positions[0]).toBeGreaterThan(0);
    expect([...(readAll(file).get('__proto__') ?? [])]).toEqual([9]);
  });

  it('leaves the old file when values could not be read back, or names are the same', () => {
    const old = readFileSync(write({ a: entry('F32', [2], 0, 8) }, new Uint8Array(8)));
    const one = { name: 'a', shape: [1] };
    const of = (value: number) => () => new Float32Array([value]);
    expect(() => writeSafetensors(file, [one], {}, of(NaN))).toThrow('"a" holds NaN');
    expect(() => writeSafetensors(file, [{ ...one, type: 'I64' }], {}, of(Infinity))).toThrow(
      LabError,
    );
    expect(() => writeSafetensors(file, [one, one], {}, of(1))).toThrow('names that differ');
    expect(() => writeSafetensors(file, [{ name: 'a', shape: [-1] }], {}, of(1))).toThrow(LabError);
    const broken = (): never => {
      throw new TypeError('of the caller');
    };
    expect(() => writeSafetensors(file, [one], {}, broken)).toThrow(TypeError);
    expect(readFileSync(file)).toEqual(old);
    expect(readdirSync(folder)).toEqual([path.basename(file)]);
  });

  it('makes the folder, and says when the place cannot be written to', () => {
    const inner = path.join(folder, 'new', 'folder');
    writeSafetensors(
      path.join(inner, 'w'),
      [{ name: 'a', shape: [1] }],
      {},
      () => new Float32Array(1),
    );
    expect(readdirSync(inner)).toEqual(['w']);
    const write = (target: string) => () =>
      writeSafetensors(target, [], {}, () => new Float32Array());
    expect(write(path.join(inner, 'w', 'x'))).toThrow(LabError);
    expect(write(inner)).toThrow('cannot be written');
    expect(existsSync(path.join(inner, 'w'))).toBe(true);
    expect(readdirSync(path.join(folder, 'new'))).toEqual(['folder']);
    rmSync(path.join(folder, 'new'), { recursive: true });
  });

  it('leaves the old file and nothing else when it fails', () => {
    const old = readFileSync(write({ a: entry('F32', [2], 0, 8) }, new Uint8Array(8)));
    const shape = [{ name: 'a', shape: [3] }];
    expect(() => writeSafetensors(file, shape, {}, () => new Float32Array(2))).toThrow(
      '"a" has 2 values: expected 3 (3)',
    );
    expect(readFileSync(file)).toEqual(old);
    expect(readdirSync(folder)).toEqual([path.basename(file)]);
  });

  it('writes the integers that PyTorch wants', () => {
    const shape = [{ name: 'num_batches_tracked', shape: [], type: 'I64' }] as const;
    writeSafetensors(file, shape, {}, () => new Float32Array([3]));
    expect(readFileSync(file).readBigInt64LE(readFileSync(file).length - 8)).toBe(3n);
  });

  it('starts the data at a multiple of eight bytes', () => {
    writeSafetensors(file, [{ name: 'odd', shape: [1] }], {}, () => new Float32Array(1));
    expect(Number(readFileSync(file).readBigUInt64LE()) % 8).toBe(0);
  });
});

describe('a damaged file', () => {
  writeSafetensors(
    file,
    [
      { name: 'stem/conv1/kernel', shape: [3, 3, 3, 4] },
      { name: 'stem/conv1/beta', shape: [4] },
    ],
    { format: 'lab' },
    ({ shape }) => new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5),
  );
  const good = readFileSync(file);

  it('is refused with a LabError or read whole, whatever was changed', () => {
    const position = fc.nat(good.length - 1);
    const change = fc.oneof(
      fc.record({ kind: fc.constant('flip' as const), at: position, to: fc.nat(255) }),
      fc.record({ kind: fc.constant('header' as const), at: fc.nat(330), to: fc.nat(255) }),
      fc.record({ kind: fc.constant('cut' as const), at: position, to: fc.constant(0) }),
      fc.record({ kind: fc.constant('digit' as const), at: fc.nat(400), to: fc.nat(9) }),
      fc.record({ kind: fc.constant('extend' as const), at: fc.nat(64), to: fc.nat(255) }),
    );
    let refused = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        writeFileSync(file, changes.reduce(damage, good));
        try {
          const size = readFileSync(file).length;
          for (const values of readAll(file).values()) {
            expect(values.byteLength).toBeLessThanOrEqual(2 * size);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(LabError);
          refused += 1;
        }
        expect(readdirSync(folder)).toEqual([path.basename(file)]);
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(500);
  });
});

interface Damage {
  readonly kind: 'flip' | 'header' | 'cut' | 'digit' | 'extend';
  readonly at: number;
  readonly to: number;
}

function damage(bytes: Buffer, { kind, at, to }: Damage): Buffer {
  if (kind === 'cut') {
    return bytes.subarray(0, Math.min(at, bytes.length));
  }
  if (kind === 'extend') {
    return Buffer.concat([bytes, Buffer.alloc(at, to)]);
  }
  const copy = Buffer.from(bytes);
  // A digit of the header becomes another: shapes and offsets that are well-formed and wrong.
  const digits = [...copy.keys()].filter(
    (index) => index > 8 && copy[index] >= 48 && copy[index] <= 57,
  );
  const index = kind === 'digit' ? digits[at % Math.max(1, digits.length)] : at;
  if (index !== undefined && index < copy.length) {
    copy[index] = kind === 'digit' ? 48 + to : to;
  }
  return copy;
}
