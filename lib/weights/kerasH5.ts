import { statSync } from 'node:fs';
import path from 'node:path';

import type { Dataset } from 'h5wasm/node' with { 'resolution-mode': 'import' };

import { LabError } from '../errors';
import { elements } from '../models/parameters';
import { checkFinite, FLOAT_BYTES, type FloatType, toFloat32 } from './floats';
import { Hdf5 } from './hdf5';
import { findTensors } from './kerasLayers';
import type { TensorSource } from './tensorSource';

/** The float types of Keras by their bytes; it stores bfloat16 as another kind than float, which is refused. */
const TYPES: Readonly<Record<number, FloatType>> = { 2: 'F16', 4: 'F32', 8: 'F64' };

/** Floats hardly compress; what unpacks to more than this many times the file is made to fill the memory. */
const MOST_UNPACKED = 4;

interface Tensor {
  readonly dataset: Dataset;
  readonly type: FloatType;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/**
 * Opens the weights of a Keras model (`save_weights('x.h5')` of Keras 2, `save('x.h5')` of Keras 2 and 3).
 *
 * Tensors are named `<layer>/<variable>`: `conv2d_1/kernel`, `batch_normalization_1/moving_mean`. They are found by
 * these names, never by their position. Throws a LabError for a file that is not of this form.
 */
export async function openKerasH5(file: string): Promise<TensorSource> {
  const fileBytes = sizeOf(file);
  const hdf5 = await Hdf5.load();
  const { root, close } = hdf5.open(file);
  try {
    const tensors = hdf5.guarded(file, () => {
      const found = [...findTensors(file, root)];
      return new Map(
        found.map(([name, dataset]) => [name, check(hdf5, file, fileBytes, name, dataset)]),
      );
    });
    checkTotal(file, fileBytes, tensors);
    return new KerasFile(file, hdf5, tensors, close);
  } catch (error) {
    close();
    throw error;
  }
}

class KerasFile implements TensorSource {
  readonly description: string;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly metadata = new Map<string, string>();
  private closed = false;

  constructor(
    private readonly file: string,
    private readonly hdf5: Hdf5,
    private readonly tensors: ReadonlyMap<string, Tensor>,
    private readonly closeFile: () => void,
  ) {
    this.description = `${path.basename(file)} (Keras HDF5)`;
    this.shapes = new Map([...tensors].map(([name, { shape }]) => [name, shape]));
  }

  read(name: string): Float32Array {
    const tensor = this.tensors.get(name);
    if (this.closed || !tensor) {
      throw new LabError(
        `${this.file} ${this.closed ? 'is closed already' : `holds no tensor "${name}"`}.`,
      );
    }
    const { dataset, type, bytes } = tensor;
    const values = this.hdf5.guarded(this.file, () => this.hdf5.readBytes(dataset, bytes));
    return checkFinite(toFloat32(values, type), name, this.file);
  }

  close(): void {
    if (!this.closed) {
      this.closed = true;
      this.closeFile();
    }
  }
}

function sizeOf(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) {
    throw new LabError(
      `${file} is ${stat ? 'not a file' : 'missing: no such file'}. Expected a .h5 file of Keras.`,
    );
  }
  return stat.size;
}

/** What a dataset is, by the file's words, when that can be true. */
function check(
  hdf5: Hdf5,
  file: string,
  fileBytes: number,
  name: string,
  dataset: Dataset,
): Tensor {
  const { shape, type: kind, size, chunks, virtual_sources } = dataset.metadata;
  const type = kind === hdf5.floatClass ? TYPES[size] : undefined;
  if (!shape || !type || virtual_sources) {
    throw new LabError(
      `${file}: the tensor "${name}" is of type ${virtual_sources ? 'virtual' : JSON.stringify(dataset.dtype)}: ` +
        'expected 16-, 32- or 64-bit floats. Save the model again as float32.',
    );
  }
  const packed = dataset.filters.length > 0;
  const most = packed ? MOST_UNPACKED * fileBytes : fileBytes;
  const bytes = elements(shape) * FLOAT_BYTES[type];
  const largest = Math.max(bytes, packed ? elements(chunks ?? []) * FLOAT_BYTES[type] : 0);
  // Also false for NaN.
  if (!(largest <= most)) {
    throw new LabError(
      `${file}: the tensor "${name}" (${shape.join('x')}) needs ${largest} bytes, ` +
        `but the file has only ${fileBytes}: it is damaged${packed ? ' or compressed: save it without compression' : ''}.`,
    );
  }
  return { dataset, type, shape, bytes };
}

/** Tensors that are one after the other in a file cannot be larger than the file. */
function checkTotal(file: string, fileBytes: number, tensors: ReadonlyMap<string, Tensor>): void {
  const total = [...tensors.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > MOST_UNPACKED * fileBytes) {
    throw new LabError(
      `${file}: its tensors need ${total} bytes together, but the file has only ${fileBytes}: it is damaged.`,
    );
  }
}
