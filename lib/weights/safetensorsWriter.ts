import { LabError } from '../errors';
import { isSystemError } from '../files/diskError';
import { TEMPORARY, writeDurably } from '../files/durable';
import { elements } from '../models/parameters';
import { checkFinite } from './floats';
import { LARGEST_HEADER } from './safetensorsHeader';

/** A tensor to be written; integers serve only PyTorch's `num_batches_tracked`. */
export interface TensorToWrite {
  readonly name: string;
  readonly shape: readonly number[];
  /** Default F32. */
  readonly type?: 'F32' | 'I64';
}

/** What a safetensors file holds. */
export interface SafetensorsContents {
  readonly tensors: readonly TensorToWrite[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Gives a tensor's values, row-major. */
  readonly read: (tensor: TensorToWrite) => Float32Array;
  /** Whether values may be infinite or not a number; weights may not (default false), the state of a training may. */
  readonly anyValues?: boolean;
}

/**
 * Writes a safetensors file, one tensor after the other, so that memory holds one of them at a time.
 *
 * `read` gives a tensor's values, row-major. The file appears under its name when it is complete and on the disk; an
 * error leaves what was there before. Throws a LabError when `read` gives a wrong number of values or values that are
 * not finite, which could not be read back, and when the disk does not take the file.
 */
export function writeSafetensors(
  file: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>>,
  read: (tensor: TensorToWrite) => Float32Array,
): void {
  const pieces = safetensorsPieces(file, { tensors, metadata, read });
  try {
    writeDurably(`${file}.${process.pid}${TEMPORARY}`, pieces, () => file);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new LabError(
      `${file} cannot be written: ${error.message}. Expected a place with room that may be written to.`,
    );
  }
}

/** The bytes of a safetensors file, the header first, then each tensor as it is read; `file` is named in errors. */
export function* safetensorsPieces(
  file: string,
  contents: SafetensorsContents,
): Generator<Uint8Array> {
  yield header(file, contents.tensors, contents.metadata);
  for (const tensor of contents.tensors) yield bytesOf(file, tensor, contents);
}

/** The header's length, and the header padded with spaces so that the data start at a multiple of eight bytes. */
function header(
  file: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>>,
): Buffer {
  checkNames(tensors);
  let end = 0;
  const entries = tensors.map((tensor) => {
    const begin = end;
    end += elements(tensor.shape) * (tensor.type === 'I64' ? 8 : 4);
    const { name, shape, type = 'F32' } = tensor;
    const entry = { dtype: type, shape, data_offsets: [begin, end] };
    // An object would put names that are numbers before the others.
    return `${JSON.stringify(name)}:${JSON.stringify(entry)}`;
  });
  const json = Buffer.from(
    `{${[`"__metadata__":${JSON.stringify(metadata)}`, ...entries].join(',')}}`,
  );
  const padding = Buffer.alloc((8 - (json.length % 8)) % 8, ' ');
  const bytes = json.length + padding.length;
  if (bytes > LARGEST_HEADER) {
    throw new LabError(
      `${file} would have a header of ${bytes} bytes: expected at most ${LARGEST_HEADER}. Shorten the metadata.`,
    );
  }
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes));
  return Buffer.concat([length, json, padding]);
}

function checkNames(tensors: readonly TensorToWrite[]): void {
  const names = new Set(['__metadata__']);
  for (const { name, shape } of tensors) {
    if (names.has(name) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
      throw new LabError(
        `internal: "${name}" (${shape.join('x')}): expected names that differ and sizes from 0 on.`,
      );
    }
    names.add(name);
  }
}

function bytesOf(
  file: string,
  tensor: TensorToWrite,
  { read, anyValues = false }: SafetensorsContents,
): Uint8Array {
  const values = read(tensor);
  if (values.length !== elements(tensor.shape)) {
    throw new LabError(
      `internal: "${tensor.name}" has ${values.length} values: expected ${elements(tensor.shape)} (${tensor.shape.join('x')}).`,
    );
  }
  if (!anyValues) checkFinite(values, tensor.name, file);
  const stored = tensor.type === 'I64' ? BigInt64Array.from(values, BigInt) : values;
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}
