import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';

import type { Config } from '../config';
import { LabError, UsageError } from '../errors';
import { buildNetwork, type NetworkConfig, type NetworkName } from '../models/networks';
import { networkSchema } from '../models/networkSchema';
import { elements, networkParameters } from '../models/parameters';
import { type Checkpoint, isCheckpoint, openCheckpoint } from '../training/checkpointFile';
import type { Weights } from '../training/execution';
import { checkFinite } from '../weights/floats';
import { openWeights } from '../weights/ownFormat';
import type { RunRecord } from './record';
import { RunFiles } from './runFiles';
import { findRun, listRuns } from './runList';
import { readRecord } from './store';
import { trainedNetwork } from './trainedNetwork';

/** A trained network that is evaluated; its tensors stay in its file until they are asked for. */
export interface EvaluatedModel {
  readonly name: NetworkName;
  /** For records and messages: the run's id, the run and the step of a checkpoint, or the name of a weight file. */
  readonly reference: string;
  /** The moving averages of a run's parameters, its parameters as the last step left them, or those of a weight file. */
  readonly weights: Weights | 'file';
  /** Without the auxiliary head, which inference has no use for. */
  readonly config: NetworkConfig;
  /** SHA-256 of the names, shapes and bytes of the tensors that `config` has. */
  readonly sha256: string;
  /** What its run was trained on; absent for a weight file. */
  readonly trainedOn?: Config['data'];
  readonly run?: string;
  /** Training steps that its run had done. */
  readonly step?: number;
  /** The values of a tensor by our name, row-major; finite. */
  readonly read: (name: string) => Float32Array;
  /** Gives the file back; nothing can be read afterwards. */
  readonly close: () => void;
}

/** A model before its fingerprint is taken. */
export type OpenedModel = Omit<EvaluatedModel, 'sha256'>;

type OpenedFile = OpenedModel & { readonly file: string };

/**
 * Opens what a user names: a recorded run by its id, an unambiguous part of it or its .jsonl (its newest checkpoint is
 * taken), a checkpoint file, or a weight file of ours. `weights` chooses among those of a run or checkpoint.
 *
 * Every tensor is read once, for the fingerprint. Throws a UsageError for what names no file and no run, and a LabError for
 * a run without checkpoints, a damaged file, weights that are not finite, a network without classes, and weights of Keras,
 * timm or facenet-pytorch, which are to be imported first.
 */
export function openModel(reference: string, weights: Weights = 'averaged'): EvaluatedModel {
  const { file, ...opened } = openReference(reference, weights);
  try {
    return withFingerprint(opened, file);
  } catch (error) {
    opened.close();
    throw error;
  }
}

/** The model with its fingerprint; `file` is named in errors. Throws LabErrors as `openModel` does. */
export function withFingerprint(opened: OpenedModel, file: string): EvaluatedModel {
  if (opened.config.classes === 0) {
    throw new LabError(
      `${file} holds a ${opened.name} without a classifier: there is nothing that it predicts.`,
    );
  }
  return { ...opened, sha256: fingerprint(opened, file) };
}

function openReference(reference: string, weights: Weights): OpenedFile {
  const extension = path.extname(reference).toLowerCase();
  const isFile = statSync(reference, { throwIfNoEntry: false })?.isFile() ?? false;
  if (!isFile) {
    if (['.safetensors', '.h5', '.hdf5', '.jsonl'].includes(extension)) {
      throw new UsageError(`There is no file ${reference}.`);
    }
    const run = findRun(listRuns().runs, reference, 'name its .jsonl file');
    return openRun(run.file, weights);
  }
  if (extension === '.jsonl') return openRun(reference, weights);
  if (extension === '.h5' || extension === '.hdf5') {
    throw new LabError(
      `${reference} is a file of Keras: bring it in by "lab import ${reference} --as <network>".`,
    );
  }
  return isCheckpoint(reference) ? openFromCheckpoint(reference, weights) : openFile(reference);
}

function openRun(file: string, weights: Weights): OpenedFile {
  const record = readRecord(file);
  const { run } = record;
  const { checkpoints } = new RunFiles(path.dirname(file), run.id);
  const newest = checkpoints.newestFile();
  if (newest === undefined) {
    throw new LabError(
      `The run ${run.id} has no checkpoint in ${checkpoints.folder}: checkpoints stay on the machine that trained it. ` +
        'Copy them there; or move its record away and train it again by the same command.',
    );
  }
  return ofCheckpoint(openCheckpoint(newest, run.id), record, run.id, weights);
}

function openFromCheckpoint(file: string, weights: Weights): OpenedFile {
  const checkpoint = openCheckpoint(file);
  const { notes, position } = checkpoint;
  try {
    const record = recordOf(checkpoint);
    return ofCheckpoint(checkpoint, record, `${notes.run}, step ${position.step}`, weights);
  } catch (error) {
    checkpoint.close();
    throw error;
  }
}

/** The record of a checkpoint's run: two folders above it, or wherever runs are recorded. */
function recordOf({ file, notes }: Checkpoint): RunRecord {
  const { record } = new RunFiles(path.resolve(path.dirname(file), '../..'), notes.run);
  if (statSync(record, { throwIfNoEntry: false })) return readRecord(record);
  const listed = listRuns().runs.find((one) => one.record.run.id === notes.run);
  if (!listed) {
    throw new LabError(
      `${file} is a checkpoint of the run ${notes.run}, whose record says which network it is: expected it at ${record}.`,
    );
  }
  return listed.record;
}

function ofCheckpoint(
  checkpoint: Checkpoint,
  record: RunRecord,
  reference: string,
  weights: Weights,
): OpenedFile {
  const { file, tensors, position } = checkpoint;
  const prefix = weights === 'raw' ? 'parameters/' : 'averages/';
  const { run } = record;
  const config = networkOf(run.id, trainedNetwork(record, position.step), file);
  return {
    ...{ file, reference, weights, config, name: config.name },
    ...{ trainedOn: run.config.data, run: run.id, step: position.step },
    read(name) {
      const values = tensors.get(prefix + name);
      if (!values) {
        throw new LabError(
          `${file} has no tensor "${prefix}${name}": it does not fit the record of its run.`,
        );
      }
      return checkFinite(values, prefix + name, file);
    },
    close: () => checkpoint.close(),
  };
}

function openFile(file: string): OpenedFile {
  const source = openWeights(file);
  const config = withoutAuxiliaryHead(source.config);
  return {
    ...{ file, config, name: config.name, reference: path.basename(file), weights: 'file' },
    read: (name) => source.read(name),
    close: () => source.close(),
  };
}

function networkOf(id: string, network: NetworkConfig, file: string): NetworkConfig {
  const parsed = networkSchema.safeParse(network);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new LabError(
      `The record of the run ${id}, which ${file} belongs to, names a network that cannot be built: ${issue.path.join('.')} ${issue.message}.`,
    );
  }
  return withoutAuxiliaryHead(parsed.data);
}

/** The network of a config as inference needs it. */
export function withoutAuxiliaryHead({
  auxiliaryHead: _,
  ...config
}: NetworkConfig): NetworkConfig {
  return config;
}

function fingerprint({ config, read }: Pick<OpenedFile, 'config' | 'read'>, file: string): string {
  const hash = createHash('sha256');
  for (const { name, shape } of networkParameters(buildNetwork(config))) {
    const values = read(name);
    if (values.length !== elements(shape)) {
      throw new LabError(
        `${file}: the tensor "${name}" has ${values.length} numbers: expected ${elements(shape)}.`,
      );
    }
    hash.update(`${name} ${shape.join()}\n`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}
