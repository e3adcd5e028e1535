import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

import { LabError } from '../errors';

/** A tensor to be written; integers serve only PyTorch's `num_batches_tracked`. */
export interface TensorToWrite {
  readonly name: string;
  readonly shape: readonly number[];
  /** Default F32. */
  readonly type?: 'F32' | 'I64';
}

/**
 * Writes a safetensors file, one tensor after the other, so that memory holds one of them at a time.
 *
 * `read` gives a tensor's values, row-major. The file appears under its name when it is complete and on the disk; an
 * error leaves what was there before. Throws a LabError when `read` gives a wrong number of values.
 */
export function writeSafetensors(
  file: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>>,
  read: (tensor: TensorToWrite) => Float32Array,
): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  const descriptor = openSync(temporary, 'w');
  try {
    try {
      writeAll(descriptor, header(tensors, metadata));
      tensors.forEach((tensor) => writeAll(descriptor, bytesOf(tensor, read(tensor))));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The header's length, and the header padded with spaces so that the data start at a multiple of eight bytes. */
function header(
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>>,
): Buffer {
  let end = 0;
  const entries = tensors.map((tensor) => {
    const begin = end;
    end += elements(tensor) * (tensor.type === 'I64' ? 8 : 4);
    const { name, shape, type = 'F32' } = tensor;
    return [name, { dtype: type, shape, data_offsets: [begin, end] }] as const;
  });
  const object = { __metadata__: metadata, ...Object.fromEntries(entries) };
  const json = Buffer.from(JSON.stringify(object));
  const padding = Buffer.alloc((8 - (json.length % 8)) % 8, ' ');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length + padding.length));
  return Buffer.concat([length, json, padding]);
}

function bytesOf(tensor: TensorToWrite, values: Float32Array): Uint8Array {
  if (values.length !== elements(tensor)) {
    throw new LabError(
      `internal: "${tensor.name}" has ${values.length} values: expected ${elements(tensor)} (${tensor.shape.join('x')}).`,
    );
  }
  const stored = tensor.type === 'I64' ? BigInt64Array.from(values, BigInt) : values;
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}

function elements({ shape }: TensorToWrite): number {
  return shape.reduce((product, length) => product * length, 1);
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written);
  }
}
