import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';

import { LabError } from '../errors';
import { checkFinite, isFloatType, toFloat32 } from './floats';
import { damaged, LARGEST_HEADER, parseHeader, type SafetensorsHeader } from './safetensorsHeader';
import type { TensorSource } from './tensorSource';

/** The length of the header as a 64-bit number stands before it. */
const PREFIX_BYTES = 8;

/** Node reads less than 2^31 bytes at a time. */
const MOST_AT_ONCE = 2 ** 30;

/** How a safetensors file is read. */
export interface SafetensorsOptions {
  /** Whether values may be infinite or not a number; weights may not (default false), the state of a training may. */
  readonly anyValues?: boolean;
}

/**
 * Opens a safetensors file; its tensors are read from the disk when they are asked for.
 *
 * The header is checked whole before anything is allocated for tensors. Throws a LabError that says what is wrong.
 */
export function openSafetensors(file: string, options: SafetensorsOptions = {}): TensorSource {
  const descriptor = open(file);
  try {
    return new SafetensorsFile(file, descriptor, options);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

class SafetensorsFile implements TensorSource {
  readonly description: string;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly metadata: ReadonlyMap<string, string>;
  private readonly header: SafetensorsHeader;
  private readonly dataStart: number;
  private closed = false;

  constructor(
    private readonly file: string,
    private readonly descriptor: number,
    private readonly options: SafetensorsOptions,
  ) {
    const fileBytes = fstatSync(descriptor).size;
    const headerBytes = this.headerBytes(fileBytes);
    this.dataStart = PREFIX_BYTES + headerBytes;
    const text = this.decode(this.bytes(PREFIX_BYTES, headerBytes));
    this.header = parseHeader(text, fileBytes - this.dataStart, file);
    this.description = `${path.basename(file)} (safetensors)`;
    this.shapes = new Map([...this.header.tensors].map(([name, { shape }]) => [name, shape]));
    this.metadata = this.header.metadata;
  }

  read(name: string): Float32Array {
    const tensor = this.header.tensors.get(name);
    if (this.closed || !tensor) {
      throw new LabError(
        `${this.file} ${this.closed ? 'is closed already' : `holds no tensor "${name}"`}.`,
      );
    }
    const { type, begin, end } = tensor;
    if (!isFloatType(type)) {
      throw new LabError(
        `${this.file}: the tensor "${name}" is of type ${type}: expected F16, BF16, F32 or F64.`,
      );
    }
    const values = toFloat32(this.bytes(this.dataStart + begin, end - begin), type);
    return this.options.anyValues ? values : checkFinite(values, name, this.file);
  }

  close(): void {
    // The number of a closed descriptor may be that of another file by now.
    if (!this.closed) {
      this.closed = true;
      closeSync(this.descriptor);
    }
  }

  private headerBytes(fileBytes: number): number {
    if (fileBytes < PREFIX_BYTES) {
      throw damaged(this.file, `it has only ${fileBytes} bytes`);
    }
    const length = new DataView(this.bytes(0, PREFIX_BYTES)).getBigUint64(0, true);
    const largest = Math.min(fileBytes - PREFIX_BYTES, LARGEST_HEADER);
    if (length > BigInt(largest)) {
      throw damaged(this.file, `its header claims ${length} bytes: expected at most ${largest}`);
    }
    return Number(length);
  }

  private decode(bytes: ArrayBuffer): string {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw damaged(this.file, 'the header is not UTF-8 text');
    }
  }

  private bytes(position: number, length: number): ArrayBuffer {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const count = this.readInto(bytes, filled, position + filled);
      if (count === 0) {
        throw damaged(this.file, `it ends at byte ${position + filled}, in the middle of a tensor`);
      }
      filled += count;
    }
    return bytes.buffer;
  }

  private readInto(bytes: Uint8Array, offset: number, position: number): number {
    const length = Math.min(bytes.length - offset, MOST_AT_ONCE);
    try {
      return readSync(this.descriptor, bytes, offset, length, position);
    } catch (error) {
      throw cannot(this.file, 'read', (error as Error).message);
    }
  }
}

function open(file: string): number {
  try {
    // To open a pipe would wait for a writer.
    if (!statSync(file).isFile()) {
      throw new Error('it is not a file');
    }
    return openSync(file, 'r');
  } catch (error) {
    throw cannot(file, 'opened', (error as Error).message);
  }
}

function cannot(file: string, done: string, why: string): LabError {
  return new LabError(`${file} cannot be ${done}: ${why}. Expected a .safetensors file.`);
}
