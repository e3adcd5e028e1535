import { statSync } from 'node:fs';
import path from 'node:path';

import type { Dataset, File, Group } from 'h5wasm/node' with { 'resolution-mode': 'import' };

import { LabError } from '../errors';
import { checkFinite } from './floats';
import type { TensorSource } from './tensorSource';

/** Keras' files hold a group per layer and a few datasets in each; what is far beyond is no such file. */
const MOST_ENTRIES = 20_000;
const DEEPEST = 12;

/** Bytes of the float types that Keras writes, by HDF5's names for them. */
const BYTES: Readonly<Record<string, number>> = { '<f': 4, '<d': 8, '<f4': 4, '<f8': 8 };

/**
 * Opens the weights of a Keras model (`save_weights('x.h5')` of Keras 2, `save('x.h5')` of Keras 2 and 3).
 *
 * Tensors are named `<layer>/<variable>`: `conv2d_1/kernel`, `batch_normalization_1/moving_mean`. They are found by
 * these names, never by their position. Throws a LabError for a file that is not of this form.
 */
export async function openKerasH5(file: string): Promise<TensorSource> {
  const { File: H5File, ready } = await import('h5wasm/node');
  // Without it the library prints its errors and goes on.
  (await ready).activate_throwing_error_handler();
  return guarded(file, () => {
    const fileBytes = statSync(file).size;
    const opened = new H5File(file, 'r');
    try {
      return new KerasFile(file, fileBytes, opened, findDatasets(file, opened));
    } catch (error) {
      opened.close();
      throw error;
    }
  });
}

class KerasFile implements TensorSource {
  readonly description: string;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly metadata = new Map<string, string>();

  constructor(
    private readonly file: string,
    private readonly fileBytes: number,
    private readonly opened: File,
    private readonly datasets: ReadonlyMap<string, Dataset>,
  ) {
    this.description = `${path.basename(file)} (Keras HDF5)`;
    this.shapes = new Map(
      [...datasets].map(([name, dataset]) => [name, this.shape(name, dataset)]),
    );
  }

  read(name: string): Float32Array {
    const dataset = this.datasets.get(name);
    const shape = this.shapes.get(name);
    if (!dataset || !shape) {
      throw new LabError(`${this.file} holds no tensor "${name}".`);
    }
    return guarded(this.file, () => {
      const value: unknown = dataset.value;
      const values = value instanceof Float64Array ? Float32Array.from(value) : value;
      const length = shape.reduce((product, size) => product * size, 1);
      if (!(values instanceof Float32Array) || values.length !== length) {
        throw new LabError(`${this.file}: the tensor "${name}" does not hold ${length} floats.`);
      }
      return checkFinite(values, name, this.file);
    });
  }

  close(): void {
    this.opened.close();
  }

  private shape(name: string, dataset: Dataset): readonly number[] {
    const { shape, dtype } = dataset;
    const bytes = typeof dtype === 'string' ? BYTES[dtype] : undefined;
    if (!shape || bytes === undefined) {
      throw new LabError(
        `${this.file}: the tensor "${name}" is of type ${JSON.stringify(dtype)}: expected 32- or 64-bit floats.`,
      );
    }
    const needed = shape.reduce((product, size) => product * size, bytes);
    // Compressed weights still take most of their size: floats hardly compress.
    const most = dataset.filters.length > 0 ? 4 * this.fileBytes : this.fileBytes;
    if (!(needed <= most)) {
      throw new LabError(
        `${this.file}: the tensor "${name}" (${shape.join('x')}) needs ${needed} bytes, ` +
          `but the file has only ${this.fileBytes}: it is damaged.`,
      );
    }
    return shape;
  }
}

/** Every dataset under its layer: the first group below the root (or `model_weights`), and its own name. */
function findDatasets(file: string, root: File): ReadonlyMap<string, Dataset> {
  const start = root.keys().includes('model_weights') ? group(root.get('model_weights')) : root;
  if (!start || root.keys().includes('layers')) {
    throw new LabError(
      `${file} is in Keras 3's ".weights.h5" form, which numbers layers by position instead of naming them: ` +
        "save it with model.save('model.h5') instead.",
    );
  }
  const found = new Map<string, Dataset>();
  for (const layer of start.keys()) {
    collect(file, found, layer, start.get(layer), 0);
  }
  if (found.size === 0) {
    throw new LabError(
      `${file} holds no weights: expected a group for each layer of a Keras model.`,
    );
  }
  return found;
}

function collect(
  file: string,
  found: Map<string, Dataset>,
  layer: string,
  entity: unknown,
  depth: number,
): void {
  const inner = group(entity);
  if (!inner) {
    return;
  }
  for (const key of inner.keys()) {
    const child = inner.get(key);
    if (isDataset(child)) {
      const name = `${layer}/${key.replace(/:0$/, '')}`;
      if (found.has(name) || found.size >= MOST_ENTRIES) {
        throw new LabError(`${file}: the tensor "${name}" is there twice, or there are too many.`);
      }
      found.set(name, child);
    } else if (depth < DEEPEST) {
      collect(file, found, layer, child, depth + 1);
    }
  }
}

function group(entity: unknown): Group | undefined {
  const isGroup = (entity as { readonly type?: string } | null)?.type === 'Group';
  return isGroup ? (entity as Group) : undefined;
}

function isDataset(entity: unknown): entity is Dataset {
  return (entity as { readonly type?: string } | null)?.type === 'Dataset';
}

/** The HDF5 library says what it finds in a damaged file by errors of many kinds. */
function guarded<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof LabError) {
      throw error;
    }
    throw new LabError(
      `${file} cannot be read as HDF5 (${lastLine(error)}): it is missing, damaged or of another kind.`,
    );
  }
}

/** HDF5 reports from the outermost call to the innermost, whose line says what is wrong. */
function lastLine(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n');
  const message = (lines.at(-1) as string).trim();
  return message.replace(/^minor: /, '');
}
