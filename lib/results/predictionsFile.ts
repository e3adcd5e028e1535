import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
} from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

import { LabError } from '../errors';
import { TEMPORARY, writeAll, writeDurably } from '../files/durable';

/** Rows that are read at a time. */
const ROWS_AT_ONCE = 256;

/** Milliseconds between two waits for the disk. */
const SYNC_PAUSE = 1000;

/** The probabilities of a row add up to 1, up to rounding; what a power failure leaves of a row does not. */
const SUM_TOLERANCE = 1e-3;

/**
 * The predictions of one model on one set of images: a line of JSON that says whose they are, then a row of
 * little-endian float32 probabilities [classes] for each image in order. The row of an image that could not be read is NaN.
 *
 * Rows are only ever added, so what a killed process has written is of use to the next one.
 */
export class PredictionsFile {
  private lastSync = performance.now();

  private constructor(
    readonly file: string,
    private readonly descriptor: number,
    private readonly headerBytes: number,
    readonly classes: number,
    private rowCount: number,
  ) {}

  /**
   * Opens the file of what `identity` describes, or makes it; incomplete rows at its end, and those that do not fill a
   * group of `groupSize` images, are cut off.
   *
   * Throws a LabError for a file of something else; errors of the file system are thrown as they are.
   */
  static open(
    file: string,
    identity: object,
    classes: number,
    images: number,
    groupSize: number,
  ): PredictionsFile {
    const header = headerOf(identity, classes);
    if (!existsSync(file)) writeDurably(`${file}.${process.pid}${TEMPORARY}`, [header], () => file);
    const descriptor = openSync(file, 'r+');
    try {
      requireHeader(file, descriptor, header);
      const opened = new PredictionsFile(file, descriptor, header.length, classes, 0);
      opened.keepSoundRows(images, groupSize);
      return opened;
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /** How many images have a row. */
  get rows(): number {
    return this.rowCount;
  }

  /** Adds the rows of the next images; null for one that could not be read. An error of the disk takes them back. */
  append(rows: readonly (Float32Array | null)[]): void {
    const values = new Float32Array(rows.length * this.classes).fill(NaN);
    rows.forEach((row, index) => {
      if (row) values.set(row, index * this.classes);
    });
    const size = this.offset(this.rowCount);
    try {
      writeAll(this.descriptor, bytesOf(values), size);
      if (performance.now() > this.lastSync + SYNC_PAUSE) this.sync();
    } catch (error) {
      ftruncateSync(this.descriptor, size);
      throw error;
    }
    this.rowCount += rows.length;
  }

  /** Up to 256 rows from `start` on, one after the other. */
  read(start: number): Float32Array {
    const count = Math.min(ROWS_AT_ONCE, this.rowCount - start);
    const values = new Float32Array(count * this.classes);
    const bytes = readSync(
      this.descriptor,
      bytesOf(values),
      0,
      values.byteLength,
      this.offset(start),
    );
    if (bytes !== values.byteLength) {
      throw new LabError(
        `${this.file} ends before row ${start + count}: something cut it off while it was read. Run the same command again.`,
      );
    }
    return values;
  }

  /** Waits for the disk and gives the file back. */
  close(): void {
    try {
      this.sync();
    } catch {
      // What is not on the disk is found out when the file is opened, and predicted again.
    } finally {
      closeSync(this.descriptor);
    }
  }

  private sync(): void {
    fsyncSync(this.descriptor);
    this.lastSync = performance.now();
  }

  private offset(row: number): number {
    return this.headerBytes + row * this.classes * Float32Array.BYTES_PER_ELEMENT;
  }

  private keepSoundRows(images: number, groupSize: number): void {
    const { size } = fstatSync(this.descriptor);
    const bytes = this.classes * Float32Array.BYTES_PER_ELEMENT;
    this.rowCount = Math.min(images, Math.floor((size - this.headerBytes) / bytes));
    const sound = this.countSound();
    this.rowCount = sound === images ? images : sound - (sound % groupSize);
    ftruncateSync(this.descriptor, this.offset(this.rowCount));
  }

  /** Rows before the first that is neither a prediction nor the mark of an unreadable image. */
  private countSound(): number {
    for (let start = 0; start < this.rowCount; start += ROWS_AT_ONCE) {
      const values = this.read(start);
      for (let row = 0; row < values.length / this.classes; row++) {
        if (!isSound(values.subarray(row * this.classes, (row + 1) * this.classes))) {
          return start + row;
        }
      }
    }
    return this.rowCount;
  }
}

/** Whether a row is the mark of an image that could not be read. */
export function isUnreadable(row: Float32Array): boolean {
  return row.every(Number.isNaN);
}

function isSound(row: Float32Array): boolean {
  const sum = row.reduce((total, value) => total + value, 0);
  return Math.abs(sum - 1) < SUM_TOLERANCE || isUnreadable(row);
}

function headerOf(identity: object, classes: number): Buffer {
  const text = JSON.stringify({ format: 'inception-lab-predictions', classes, ...identity });
  // Spaces, so that the rows begin at a multiple of four bytes.
  const padding = (4 - ((Buffer.byteLength(text) + 1) % 4)) % 4;
  return Buffer.from(`${text}${' '.repeat(padding)}\n`);
}

function requireHeader(file: string, descriptor: number, header: Buffer): void {
  const found = Buffer.alloc(header.length);
  readSync(descriptor, found, 0, header.length, 0);
  if (!isDeepStrictEqual(parsed(found), parsed(header))) {
    throw new LabError(
      `${file} does not hold the predictions that its name says: delete it and run the same command again.`,
    );
  }
}

/** What a header says, whatever the order of its keys; undefined for what is none. */
function parsed(header: Buffer): unknown {
  try {
    return JSON.parse(header.toString());
  } catch {
    return undefined;
  }
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
