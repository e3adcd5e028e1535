import { execFileSync } from 'node:child_process';
import os from 'node:os';

import { version_core } from '@tensorflow/tfjs';

import { projectRoot } from '../projectRoot';

/** The machine and the software that a run used. */
export interface Environment {
  readonly node: string;
  readonly tfjs: string;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** TensorFlow's threads within an operation, where TF_NUM_INTRAOP_THREADS sets them; the last bits depend on them. */
  readonly threads?: string;
  /** TensorFlow's oneDNN kernels, on unless TF_ENABLE_ONEDNN_OPTS is 0. */
  readonly oneDnn: boolean;
}

/** Describes this machine and process. */
export function describeEnvironment(): Environment {
  return {
    node: process.version,
    tfjs: version_core,
    platform: `${os.platform()} ${os.arch()}`,
    processor: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    ...(process.env.TF_NUM_INTRAOP_THREADS && { threads: process.env.TF_NUM_INTRAOP_THREADS }),
    oneDnn: process.env.TF_ENABLE_ONEDNN_OPTS !== '0',
  };
}

/** The commit of the kit and whether files differ from it; nulls outside a git checkout. */
export function describeGit(): { readonly commit: string | null; readonly dirty: boolean | null } {
  try {
    const commit = git('rev-parse', 'HEAD');
    // Results are what runs write: they do not make the code differ from its commit.
    const changes = git('status', '--porcelain', '--', ':!results');
    return { commit, dirty: changes !== '' };
  } catch {
    return { commit: null, dirty: null };
  }
}

function git(...words: readonly string[]): string {
  return execFileSync('git', words, {
    cwd: projectRoot(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
