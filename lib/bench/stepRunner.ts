import os from 'node:os';

import * as tf from '@tensorflow/tfjs';
import { getThreadsCount } from '@tensorflow/tfjs-backend-wasm';

import { restoreNodeUtil } from '../backend/nodeCompatibility';
import { selectBackend } from '../backend/select';
import type { Batch } from '../data/batches';
import type { Network } from '../models/node';
import { elements, networkParameters } from '../models/parameters';
import { LabRunner } from './labRunner';
import { LayersRunner } from './layersRunner';
import type { OwnTask } from './ownTask';

/** Does the steps of a piece of work. */
export interface StepRunner {
  /** One step; its loss in JavaScript's hands. */
  step(batch: Batch): number | Promise<number>;
}

/** Loads the backend and makes what does the steps of a task, with facts about them. */
export async function startRunner(task: OwnTask, network: Network) {
  const version = task.program === 'lab' ? await loadKit(task) : await loadPlainTensorflow();
  const trainable = networkParameters(network).filter((parameter) => parameter.trainable);
  return {
    runner: task.program === 'lab' ? new LabRunner(network, task) : new LayersRunner(network, task),
    versions: { node: process.version, tfjs: tf.version_core, [task.backend]: version },
    threads: threads(task.backend),
    parameters: trainable.reduce((sum, { shape }) => sum + elements(shape), 0),
  };
}

async function loadKit({ backend }: OwnTask): Promise<string> {
  return (await selectBackend(backend)).version;
}

/** TensorFlow as TensorFlow.js comes with it, without the kernels and gradients of the kit. */
async function loadPlainTensorflow(): Promise<string> {
  restoreNodeUtil();
  await import('@tensorflow/tfjs-node-gpu');
  await tf.setBackend('tensorflow');
  await tf.ready();
  return (tf.backend() as unknown as { binding: { TF_Version: string } }).binding.TF_Version;
}

function threads(backend: OwnTask['backend']): number {
  if (backend === 'wasm') {
    return Math.max(1, getThreadsCount());
  }
  return Number(process.env.TF_NUM_INTRAOP_THREADS) || os.availableParallelism();
}
