import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type * as h5wasm from 'h5wasm/node' with { 'resolution-mode': 'import' };

import { LabError } from '../errors';
import { projectRoot } from '../projectRoot';

type Library = typeof h5wasm;

/** An open file of the library's; the standard streams are the first three. */
interface Stream {
  stream_ops?: object;
  node?: object;
}

interface FileSystem {
  readonly streams: (Stream | null | undefined)[];
  getStream(descriptor: number): Stream;
  close(stream: Stream): void;
}

/** The errors that the library's glue throws itself, with everything closed; others leave it in an unknown state. */
const ORDERLY = /^(error - |Requested allocation of |Memory allocation of )/;

let current: Promise<Hdf5> | undefined;
let instances = 0;

/**
 * One instance of the HDF5 library in WebAssembly.
 *
 * What HDF5 reports about a file becomes a LabError. An instance that a damaged file has brought down (an abort, or a
 * handle that could not be closed) is replaced by a new one at the next `load`.
 */
export class Hdf5 {
  private diagnostics = '';

  private constructor(
    private readonly library: Library,
    private readonly files: FileSystem,
  ) {
    // HDF5 prints its errors and returns a code. Its other mode, throwing from inside, leaves files open for good.
    const decoder = new TextDecoder();
    const write = (_: Stream, bytes: Int8Array, start: number, length: number): number => {
      this.diagnostics += decoder.decode(bytes.slice(start, start + length));
      return length;
    };
    Object.assign(files.getStream(2), { stream_ops: { write }, node: { mode: 0 } });
  }

  /** The instance in use, started when there is none. */
  static load(): Promise<Hdf5> {
    current ??= Hdf5.start();
    return current;
  }

  private static async start(): Promise<Hdf5> {
    const library = await importLibrary(instances++);
    const { FS } = await library.ready;
    return new Hdf5(library, FS as unknown as FileSystem);
  }

  /** Runs an access to a file; throws a LabError for whatever HDF5 finds wrong meanwhile. */
  guarded<Result>(file: string, access: () => Result): Result {
    this.diagnostics = '';
    try {
      const result = access();
      if (this.diagnostics) {
        throw unreadable(file, this.diagnostics);
      }
      return result;
    } catch (error) {
      if (error instanceof LabError) {
        throw error;
      }
      const message = error instanceof Error ? error.message : String(error);
      if (!ORDERLY.test(message)) {
        this.abandon();
      }
      throw unreadable(file, this.diagnostics || message);
    }
  }

  /** Opens a file to read it, and gives a function that closes it, whatever has happened meanwhile. */
  open(file: string): { readonly root: h5wasm.File; readonly close: () => void } {
    const before = new Set(this.files.streams);
    const added = (): Stream[] =>
      this.files.streams.filter((stream) => stream && !before.has(stream)) as Stream[];
    try {
      const root = this.guarded(file, () => new this.library.File(file, 'r'));
      const streams = added();
      return { root, close: () => this.close(root, streams) };
    } catch (error) {
      this.closeLeft(added());
      throw error;
    }
  }

  /** The bytes of a dataset in little-endian order, at most `bytes` of them. */
  readBytes({ file_id, path: name }: h5wasm.Dataset, bytes: number): ArrayBuffer {
    const module = this.library.Module;
    const pointer = module._malloc(Math.max(1, bytes));
    if (pointer === 0) {
      throw new Error(`Memory allocation of ${bytes} bytes failed`);
    }
    try {
      module.get_dataset_data(file_id, name, null, null, null, BigInt(pointer));
      return module.HEAPU8.slice(pointer, pointer + bytes).buffer;
    } finally {
      module._free(pointer);
    }
  }

  /** HDF5's name for 'floating-point' among the classes of its types. */
  get floatClass(): number {
    return this.library.Module.H5T_class_t.H5T_FLOAT.value;
  }

  private close(root: h5wasm.File, streams: readonly Stream[]): void {
    try {
      root.close();
    } catch {
      this.abandon();
    }
    this.closeLeft(streams);
  }

  /** HDF5 takes a file that it could not close for open still, and would not look at the disk again. */
  private closeLeft(streams: readonly Stream[]): void {
    const left = streams.filter((stream) => this.files.streams.includes(stream));
    left.forEach((stream) => this.files.close(stream));
    if (left.length > 0) {
      this.abandon();
    }
  }

  private abandon(): void {
    current = undefined;
  }
}

/** A module is started once per address, so that each further instance needs one of its own. */
async function importLibrary(instance: number): Promise<Library> {
  if (instance === 0) {
    return import('h5wasm/node');
  }
  const file = path.join(projectRoot(), 'node_modules/h5wasm/dist/node/hdf5_hl.js');
  return (await import(`${pathToFileURL(file).href}?instance=${instance}`)) as Library;
}

function unreadable(file: string, report: string): LabError {
  return new LabError(
    `${file} cannot be read as HDF5 (${lastLine(report)}): it is damaged or of another kind. ` +
      'Expected a .h5 file of Keras: fetch or save it again.',
  );
}

/** HDF5 reports from the outermost call to the innermost, whose last line says what is wrong. */
function lastLine(report: string): string {
  const last = report.trim().split('\n').at(-1) ?? '';
  return last.trim().replace(/^minor: /, '');
}
