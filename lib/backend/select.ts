import * as tf from '@tensorflow/tfjs';

import { LabError, UsageError } from '../errors';
import { registerGradients } from './gradients';
import { restoreNodeUtil } from './nodeCompatibility';
import { installTensorflowKernels } from './tensorflow/install';
import { nodeBackend } from './tensorflow/nodeBackend';
import { installWasmKernels } from './wasm/install';
import { registerModelFiles } from './wasm/modelFiles';

/** Which runtime to use; 'auto' prefers TensorFlow and falls back to wasm. */
export const BACKEND_CHOICES = ['auto', 'tensorflow', 'wasm'] as const;
export type BackendChoice = (typeof BACKEND_CHOICES)[number];

/** The runtime in use. */
export interface Backend {
  readonly name: 'tensorflow' | 'wasm';
  /** TensorFlow's version, or that of the wasm backend. */
  readonly version: string;
  /** Why TensorFlow could not be used, when 'auto' fell back to wasm. */
  readonly fallbackReason?: string;
}

/**
 * Loads the numerical runtime and installs the kernels and gradients that training needs.
 *
 * The environment variable LAB_BACKEND overrides `choice`. Calling it again with the same outcome is cheap.
 * Throws a UsageError for an unknown choice and a LabError when the forced runtime cannot be loaded.
 */
export async function selectBackend(choice: BackendChoice = 'auto'): Promise<Backend> {
  const wanted = environmentChoice() ?? choice;
  if (wanted === 'wasm') {
    return useWasm();
  }
  try {
    return await useTensorflow();
  } catch (error) {
    const reason = firstLine(error);
    if (wanted === 'tensorflow') {
      throw new LabError(
        `The TensorFlow runtime does not load: ${reason} Run "npm run setup", then "npm run lab -- doctor".`,
      );
    }
    return { ...(await useWasm()), fallbackReason: reason };
  }
}

function environmentChoice(): BackendChoice | undefined {
  const value = process.env.LAB_BACKEND;
  if (!value) {
    return undefined;
  }
  const known = BACKEND_CHOICES.find((candidate) => candidate === value);
  if (!known) {
    throw new UsageError(
      `LAB_BACKEND is "${value}": expected one of ${BACKEND_CHOICES.join(', ')}.`,
    );
  }
  return known;
}

async function useTensorflow(): Promise<Backend> {
  restoreNodeUtil();
  await import('@tensorflow/tfjs-node-gpu');
  await activate('tensorflow');
  installTensorflowKernels();
  registerGradients();
  return { name: 'tensorflow', version: nodeBackend().binding.TF_Version };
}

async function useWasm(): Promise<Backend> {
  const { version_wasm: version } = await import('@tensorflow/tfjs-backend-wasm');
  await activate('wasm');
  installWasmKernels();
  registerModelFiles();
  registerGradients();
  return { name: 'wasm', version };
}

async function activate(name: string): Promise<void> {
  if (!(await tf.setBackend(name))) {
    throw new LabError(`The ${name} backend does not start.`);
  }
  await tf.ready();
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split('\n')[0].trim();
}
