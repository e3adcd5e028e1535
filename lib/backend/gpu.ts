import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { projectRoot } from '../projectRoot';
import { nodeBackend } from './tensorflow/nodeBackend';

/** What decides whether TensorFlow computes on a GPU. */
export interface GpuFacts {
  readonly backend: 'tensorflow' | 'wasm';
  readonly hasNvidiaDriver: boolean;
  /** Which TensorFlow the set-up has installed; undefined when it does not say. */
  readonly libraries?: 'cpu' | 'gpu';
  /** Why the set-up took the CPU's TensorFlow although there is a driver. */
  readonly noGpuBecause?: string;
  readonly isUsed: boolean;
}

/** Whether a GPU is used, else why not and what can be done about it. */
export interface GpuFinding {
  readonly state: 'ok' | 'warning';
  readonly value: string;
  readonly fix?: string;
}

const REINSTALL = 'Delete .lab/native and run "npm run setup".';

/** Says in words whether a GPU is used; where none is there to use, that is no warning. */
export function explainGpu(facts: GpuFacts): GpuFinding {
  if (facts.isUsed) {
    return { state: 'ok', value: 'in use' };
  }
  if (!facts.hasNvidiaDriver) {
    return { state: 'ok', value: 'none: there is no NVIDIA driver' };
  }
  if (facts.backend === 'wasm') {
    const fix = 'See the line on the backend.';
    return { state: 'warning', value: 'not used: only the tensorflow backend can', fix };
  }
  if (facts.libraries !== 'gpu') {
    const reason = facts.noGpuBecause ? ` (${facts.noGpuBecause})` : '';
    const value = `not used: there is a driver, but TensorFlow came without GPU libraries${reason}`;
    return { state: 'warning', value, fix: REINSTALL };
  }
  return {
    state: 'warning',
    value: 'not used: driver and GPU libraries are there, but TensorFlow sees no device',
    fix: 'Run nvidia-smi: the driver must answer, list the GPU and support CUDA 12.5. CUDA_VISIBLE_DEVICES must not hide it.',
  };
}

/** Looks at this machine and at the backend that is in use (a selected one). */
export function gpuFacts(backend: 'tensorflow' | 'wasm', root: string = projectRoot()): GpuFacts {
  const { variant, noGpuBecause } = readAbout(root);
  return {
    backend,
    hasNvidiaDriver: hasNvidiaDriver(),
    libraries: variant,
    noGpuBecause,
    isUsed: backend === 'tensorflow' && nodeBackend().isUsingGpuDevice,
  };
}

const aboutSchema = z.object({
  variant: z.enum(['cpu', 'gpu']).optional(),
  noGpuBecause: z.string().optional(),
});

/** What the set-up notes beside the libraries. */
function readAbout(root: string): z.infer<typeof aboutSchema> {
  const file = path.join(root, '.lab/native/about.json');
  return existsSync(file) ? aboutSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
}

function hasNvidiaDriver(): boolean {
  const isLoaded = existsSync('/proc/driver/nvidia/version');
  return isLoaded || spawnSync('nvidia-smi', ['-L'], { timeout: 5000 }).status === 0;
}
