import { inspect } from 'node:util';

import * as tf from '@tensorflow/tfjs';

import type { Config } from '../config';
import { LabError, UsageError } from '../errors';
import { layersModel } from '../models/layersModel';
import { buildNetwork } from '../models/networks';
import { networkParameters } from '../models/parameters';
import type { EpochLine, RunRecord, RunStatus } from '../results/record';
import { trainedNetwork } from '../results/trainedNetwork';
import type { Weights } from '../training/execution';
import { saveWeights } from '../weights/ownFormat';
import { disposeWithModel } from './modelTensors';

/** A network's tensors by our names (`stem/conv1/kernel`), row-major, in our layout. */
export type WeightValues = ReadonlyMap<string, Float32Array>;

/** All tensors of a run where it ended, as checkpoints name them: `parameters/...`, `averages/...`. */
export type FinalTensors = ReadonlyMap<string, Float32Array>;

const PREFIXES: Readonly<Record<Weights, string>> = { raw: 'parameters/', averaged: 'averages/' };

/**
 * A run that has ended: its record and its weights.
 *
 * Before `model` is asked for it holds no tensor of TensorFlow.js, only ordinary arrays; the model has one tensor for each
 * of the network's weights, until `dispose()`, or until a later `lab.train` finds that nothing refers to the model any more.
 */
export class FinishedRun {
  private loaded: FinalTensors | undefined;
  private built: tf.LayersModel | undefined;
  private isDisposed = false;

  /** `loadTensors` reads the tensors with which the run ended; it is called once, when they are first needed. */
  constructor(
    /** What the run's file holds: config, machine, epochs, end. */
    readonly record: RunRecord,
    private readonly loadTensors: () => FinalTensors,
  ) {}

  /** How the run ended. A run that died or diverged is a result too (section 3.3). */
  get status(): RunStatus {
    return this.record.final?.status ?? 'stopped';
  }

  /** One line for each finished epoch; errors in percent. */
  get epochs(): readonly EpochLine[] {
    return this.record.epochs;
  }

  /**
   * The network with the moving averages of its weights, as a model of tf.layers: `predict` takes images
   * [batch, height, width, 3] in [-1, 1] and gives logits [batch, classes]; also `summary()` and `save('file://...')`.
   *
   * Made on first use; it belongs to the run. Throws a UsageError after `dispose()`.
   */
  get model(): tf.LayersModel {
    this.built ??= this.buildModel();
    return this.built;
  }

  /** The weights that the last step left, or their moving averages. Throws a UsageError after `dispose()`. */
  weights(which: Weights = 'averaged'): WeightValues {
    const prefix = PREFIXES[which];
    return new Map(
      networkParameters(buildNetwork(trainedNetwork(this.record))).map(({ name }) => {
        const values = this.tensors.get(prefix + name);
        if (!values) {
          throw new LabError(
            `internal: the run ${this.record.run.id} has no tensor "${prefix}${name}".`,
          );
        }
        return [name, values];
      }),
    );
  }

  /**
   * Writes the weights, the moving averages unless told otherwise, into a safetensors file of our form, for
   * `lab evaluate` and `lab export`.
   */
  save(file: string, which: Weights = 'averaged'): void {
    const values = this.weights(which);
    saveWeights(file, trainedNetwork(this.record), (name) => values.get(name) as Float32Array);
  }

  /** Frees the model's tensors and lets go of the weights; the record stays. */
  dispose(): void {
    this.built?.dispose();
    this.built = undefined;
    this.loaded = undefined;
    this.isDisposed = true;
  }

  /** What a notebook shows where the run is a cell's last line. */
  [inspect.custom](): string {
    return runInWords(this.record.run.config, this.status, this.epochs.length);
  }

  private get tensors(): FinalTensors {
    if (this.isDisposed) {
      throw new UsageError('The run was disposed: its weights are gone from memory. Run it again.');
    }
    this.loaded ??= this.loadTensors();
    return this.loaded;
  }

  private buildModel(): tf.LayersModel {
    const network = buildNetwork(trainedNetwork(this.record));
    const values = this.weights('averaged');
    const tensors = new Map(
      networkParameters(network).map(({ name, shape }) => [
        name,
        tf.tensor(values.get(name) as Float32Array, [...shape]),
      ]),
    );
    try {
      const model = layersModel(network, tensors);
      disposeWithModel(model);
      return model;
    } finally {
      tf.dispose([...tensors.values()]);
    }
  }
}

/** "Run of inception-v3, seed 0: done, 3 of 3 epochs". */
export function runInWords(
  { network, seed, epochs }: Config,
  status: string,
  done: number,
): string {
  return `Run of ${network.name}, seed ${seed}: ${status}, ${done} of ${epochs} epochs`;
}
