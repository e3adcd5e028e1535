import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import * as tf from '@tensorflow/tfjs';

import type { NodeBackend } from './tensorflow/install';

/** What decides whether TensorFlow computes on a GPU. */
export interface GpuFacts {
  readonly backend: 'tensorflow' | 'wasm';
  readonly hasNvidiaDriver: boolean;
  /** Which TensorFlow the set-up has installed; undefined when none. */
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
