import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import path from 'node:path';

import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

import { LabError } from '../errors';
import { TEMPORARY, writeDurably } from '../files/durable';
import { fromExactJson, toExactJson } from '../files/exactJson';
import { openSafetensors } from '../weights/safetensors';
import { safetensorsPieces, type TensorToWrite } from '../weights/safetensorsWriter';
import type { TensorSource } from '../weights/tensorSource';
import { LazyTensors } from './lazyTensors';
import type { Position, Snapshot } from './snapshot';

/** How a checkpoint calls itself, and the version of its form; a newer one is refused, not guessed at. */
const FORMAT = 'inception-lab-checkpoint';
export const CHECKPOINT_VERSION = 1;

/** What a checkpoint knows beside the state of the training. */
export interface CheckpointNotes {
  /** The id of its run; no other goes on from it. */
  readonly run: string;
  /** Wall time of the run so far, over all its sessions. */
  readonly seconds: number;
  /** The commits of the kit that worked on the run, the first one first. */
  readonly commits: readonly string[];
}

/** A checkpoint that was found whole; `close` gives the file back, after which no tensor can be read. */
export interface Checkpoint extends Snapshot {
  readonly file: string;
  readonly notes: CheckpointNotes;
  close(): void;
}

/** A file that is not what a checkpoint's writer has left: some byte of it, or its name, has changed. */
export class DamagedCheckpoint extends LabError {}

/** The step that a checkpoint's name tells; undefined for other names. */
export function stepOfName(name: string): number | undefined {
  const [, step] = /^step-(\d{8,15})\.[0-9a-f]{16}\.safetensors$/.exec(name) ?? [];
  return step === undefined ? undefined : Number(step);
}

/** The path of a checkpoint without the digits of its checksum, which are known when it is written. */
export function checkpointStem(folder: string, step: number): string {
  return path.join(folder, `step-${String(step).padStart(8, '0')}`);
}

/**
 * Writes a checkpoint into a folder, under a name with its step and the first digits of its SHA-256; returns its path.
 *
 * The tensors are only read, one at a time. Errors of the file system are thrown as they are and leave nothing behind.
 */
export function writeCheckpoint(
  folder: string,
  notes: CheckpointNotes,
  position: Position,
  tensors: ReadonlyMap<string, tf.Tensor>,
): string {
  const stem = checkpointStem(folder, position.step);
  const hash = createHash('sha256');
  const pieces = safetensorsPieces(stem, {
    tensors: [...tensors].map(([name, { shape }]) => ({ name, shape })),
    metadata: {
      format: FORMAT,
      version: String(CHECKPOINT_VERSION),
      ...{ notes: toExactJson(notes), position: toExactJson(position) },
    },
    read: ({ name }: TensorToWrite) => (tensors.get(name) as tf.Tensor).dataSync<'float32'>(),
    anyValues: true,
  });
  let file: string | undefined;
  return writeDurably(
    `${stem}.${process.pid}${TEMPORARY}`,
    hashed(pieces, hash),
    () => (file ??= `${stem}.${digits(hash.digest('hex'))}.safetensors`),
  );
}

/**
 * Opens the checkpoint of a run and checks every byte of it; the tensors are read from the disk when they are asked for.
 *
 * `run` is the one that it must be of; absent: any. Throws a DamagedCheckpoint for a file that has changed since it was
 * written, and a LabError for one of a newer version of the kit, of another run, or that cannot be read.
 */
export function openCheckpoint(file: string, run?: string): Checkpoint {
  checkName(file);
  const source = open(file);
  try {
    const checkpoint = readHeader(file, source);
    if (run !== undefined && checkpoint.notes.run !== run) {
      throw new LabError(
        `${file} is a checkpoint of the run ${checkpoint.notes.run}: expected ${run}. Move it back to the folder of its run.`,
      );
    }
    return checkpoint;
  } catch (error) {
    source.close();
    throw error;
  }
}

/** Whether a file says that it is a checkpoint. Throws a LabError for what is not a safetensors file. */
export function isCheckpoint(file: string): boolean {
  const source = openSafetensors(file, { anyValues: true });
  source.close();
  return source.metadata.get('format') === FORMAT;
}

function* hashed(
  pieces: Iterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): Generator<Uint8Array> {
  for (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}

function digits(hash: string): string {
  return hash.slice(0, 16);
}

/** Compares the digits in the name with the bytes of the file. */
function checkName(file: string): void {
  const name = path.basename(file);
  if (stepOfName(name) === undefined) {
    throw damaged(file, 'its name is not that of a checkpoint');
  }
  const expected = name.split('.')[1];
  const found = digits(hashOfFile(file));
  if (found !== expected) {
    throw damaged(file, `its SHA-256 begins with ${found}: expected ${expected}, as in its name`);
  }
}

function hashOfFile(file: string): string {
  const hash = createHash('sha256');
  const piece = new Uint8Array(2 ** 20);
  const descriptor = reading(file, () => openSync(file, 'r'));
  try {
    for (;;) {
      const count = reading(file, () => readSync(descriptor, piece));
      if (count === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, count));
    }
  } finally {
    closeSync(descriptor);
  }
}

function reading<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new LabError(
      `${file} cannot be read: ${(error as Error).message}. Make it readable and run the same command again.`,
    );
  }
}

function open(file: string): TensorSource {
  try {
    return openSafetensors(file, { anyValues: true });
  } catch (error) {
    throw damaged(file, (error as Error).message);
  }
}

const notesSchema = z.object({
  run: z.string(),
  seconds: z.number(),
  commits: z.array(z.string()),
});

const positionSchema = z.looseObject({
  epoch: z.number(),
  batch: z.number(),
  step: z.number(),
  totals: z.looseObject({}),
  zeroSteps: z.number(),
  warmUpError: z.number().optional(),
  warmUpEnd: z.number().optional(),
  epochs: z.array(z.looseObject({ step: z.number() })),
  probes: z.number(),
});

function readHeader(file: string, source: TensorSource): Checkpoint {
  if (source.metadata.get('format') !== FORMAT) {
    throw damaged(file, 'it does not say that it is a checkpoint');
  }
  const version = Number(source.metadata.get('version'));
  if (version > CHECKPOINT_VERSION) {
    throw new LabError(
      `${file} has version ${version} of a checkpoint, but this version of the kit reads up to ${CHECKPOINT_VERSION}. ` +
        'Update the kit: git pull, then npm run setup.',
    );
  }
  const notes = notesSchema.safeParse(parse(source, 'notes')).data;
  const position = positionSchema.safeParse(parse(source, 'position')).data;
  if (!notes || !position || position.step !== stepOfName(path.basename(file))) {
    throw damaged(file, 'its metadata are not those of a checkpoint of this step');
  }
  const tensors = new LazyTensors(source);
  // What the writer was given; the schema above only makes sure that it is one.
  return {
    file,
    notes,
    position: position as unknown as Position,
    tensors,
    close: () => source.close(),
  };
}

function parse(source: TensorSource, key: string): unknown {
  try {
    return fromExactJson(source.metadata.get(key) ?? '');
  } catch {
    return undefined;
  }
}

function damaged(file: string, what: string): DamagedCheckpoint {
  return new DamagedCheckpoint(`${file} is damaged: ${what}.`);
}
