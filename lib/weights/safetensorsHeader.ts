import { z } from 'zod';

import { LabError } from '../errors';
import { FLOAT_BYTES } from './floats';

/** Where a tensor lies in a safetensors file, and what it is. */
export interface StoredTensor {
  readonly type: string;
  readonly shape: readonly number[];
  /** Bytes from the end of the header on. */
  readonly begin: number;
  readonly end: number;
}

/** The header of a safetensors file. */
export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** The limit of the format's reference implementation, in bytes. */
export const LARGEST_HEADER = 100_000_000;

const BYTES: Readonly<Record<string, number>> = {
  ...FLOAT_BYTES,
  ...{
    BOOL: 1,
    U8: 1,
    I8: 1,
    F8_E4M3: 1,
    F8_E5M2: 1,
    U16: 2,
    I16: 2,
    U32: 4,
    I32: 4,
    U64: 8,
    I64: 8,
  },
};

const size = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(size).max(32),
  data_offsets: z.tuple([size, size]),
});

/**
 * Reads and checks a header: every tensor has the bytes that its shape needs, and together they fill the data of the
 * file without a gap or an overlap.
 *
 * `dataBytes` is what the file holds after the header. Throws a LabError that names the tensor and what is wrong.
 */
export function parseHeader(text: string, dataBytes: number, file: string): SafetensorsHeader {
  const tensors = new Map<string, StoredTensor>();
  const metadata = new Map<string, string>();
  const entries = Object.entries(parseObject(text, file));
  for (const [name, value] of entries) {
    if (name === '__metadata__') {
      readMetadata(value, metadata, file);
    } else {
      tensors.set(name, readEntry(name, value, file));
    }
  }
  // A tensor's entry has three names of its own; JSON.parse keeps the last of several names that are the same.
  if (countColons(text) !== entries.length + 3 * tensors.size + metadata.size) {
    throw damaged(file, 'the header has the same name twice');
  }
  checkCover(tensors, dataBytes, file);
  return { tensors, metadata };
}

/** An error about a file that is not what it should be. */
export function damaged(file: string, what: string): LabError {
  return new LabError(
    `${file}: ${what}. The file is damaged or not a safetensors file: fetch or write it again.`,
  );
}

function parseObject(text: string, file: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(file, 'the header is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw damaged(file, 'the header is not a JSON object');
  }
  return value;
}

/** The names in a JSON text, each of which a colon outside of quotes follows. */
function countColons(text: string): number {
  let count = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (quoted && character === '\\') {
      index += 1;
    } else if (character === '"') {
      quoted = !quoted;
    } else if (character === ':' && !quoted) {
      count += 1;
    }
  }
  return count;
}

function readMetadata(value: unknown, metadata: Map<string, string>, file: string): void {
  // The reference implementation takes null for no metadata.
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw damaged(file, 'the metadata is not a JSON object of texts');
  }
  for (const [key, text] of Object.entries(value ?? {})) {
    if (typeof text !== 'string') {
      throw damaged(file, `the metadata "${shorten(key)}" is not a text`);
    }
    metadata.set(key, text);
  }
}

function readEntry(name: string, value: unknown, file: string): StoredTensor {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    const where = path.length > 0 ? path.join('.') : 'entry';
    throw damaged(file, `the tensor "${shorten(name)}" has a wrong ${where}: ${shorten(message)}`);
  }
  const {
    dtype,
    shape,
    data_offsets: [begin, end],
  } = parsed.data;
  const bytes = BYTES[dtype];
  if (!Object.hasOwn(BYTES, dtype)) {
    throw damaged(file, `the tensor "${shorten(name)}" has the unknown type "${shorten(dtype)}"`);
  }
  const needed = shape.reduce((product, length) => product * length, bytes);
  if (end - begin !== needed) {
    throw damaged(
      file,
      `the tensor "${shorten(name)}" (${dtype}, ${shape.join('x') || 'scalar'}) needs ${needed} bytes and has ${end - begin}`,
    );
  }
  return { type: dtype, shape, begin, end };
}

function checkCover(
  tensors: ReadonlyMap<string, StoredTensor>,
  dataBytes: number,
  file: string,
): void {
  const ordered = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const [name, { begin, end }] of ordered) {
    if (begin !== covered) {
      const what = begin < covered ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw damaged(file, `the tensor "${shorten(name)}" at bytes ${begin} to ${end} ${what}`);
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    throw damaged(file, `its tensors take ${covered} bytes and the file holds ${dataBytes}`);
  }
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}
