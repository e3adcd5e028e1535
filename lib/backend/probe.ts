import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { getThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import { z } from 'zod';

import { cifar10Folder } from '../data/cifar10';
import { UsageError } from '../errors';
import { jupyterPython } from '../jupyter';
import { projectRoot } from '../projectRoot';
import { explainGpu, gpuFacts } from './gpu';
import { type Backend, selectBackend } from './select';

/** One thing that the kit needs or can use: `missing` when nothing works without it. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'missing';
  readonly value: string;
  /** What to do, when the state is not `ok`. */
  readonly fix?: string;
}

/** What `lab doctor --json` prints. */
export interface DoctorJson {
  /** The backend in use; null when none can be loaded. */
  readonly backend: 'tensorflow' | 'wasm' | null;
  /** False when something is missing that nothing works without. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

const OLDEST_NODE = [20, 9] as const;
/** The quick scale needs about 2 GiB (TensorFlow, the images and one network), the rest is for everything else. */
const LITTLE_MEMORY_GIB = 4;
const SET_UP = 'Run "npm run setup"; it says what it cannot do and why.';

/**
 * Examines this machine and this project; selects the backend as every other command does.
 *
 * Throws a UsageError when LAB_BACKEND names no backend.
 */
export async function examine(): Promise<Check[]> {
  const [backendCheck, backend] = await checkBackend();
  return [
    checkNode(process.versions.node),
    backendCheck,
    ...(backend
      ? [{ name: 'GPU', ...explainGpu(gpuFacts(backend.name)) }, checkThreads(backend)]
      : []),
    checkMemory(),
    checkJupyter(),
    checkKernel(),
    checkData(),
  ];
}

/** The checks for programs. */
export function toDoctorJson(checks: readonly Check[]): DoctorJson {
  const words = checks.find(({ name }) => name === 'backend')?.value.split(' ') ?? [];
  const backend = (['tensorflow', 'wasm'] as const).find((name) => name === words[0]) ?? null;
  const ok = checks.every(({ state }) => state !== 'missing');
  return { backend, ok, checks };
}

/** The checks as a table in plain text, with the fix below each line that needs one. */
export function doctorReport(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, state, value, fix }) => {
    const line = `${name.padEnd(width)}  ${state.padEnd('warning'.length)}  ${value}`;
    return fix ? [line, `${' '.repeat(width + 11)}${fix}`] : [line];
  });
  return lines.join('\n');
}

/** Whether this Node (`major.minor.patch`) is new enough. */
export function checkNode(version: string): Check {
  const [major, minor] = version.split('.').map(Number);
  const isEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const fix = `Install Node ${OLDEST_NODE.join('.')} or newer.`;
  return isEnough
    ? { name: 'Node', state: 'ok', value: version }
    : { name: 'Node', state: 'missing', value: version, fix };
}

async function checkBackend(): Promise<[Check, Backend | undefined]> {
  const name = 'backend';
  try {
    const backend = await selectBackend();
    const value = `${backend.name} ${backend.version}`;
    if (!backend.fallbackReason) {
      return [{ name, state: 'ok', value }, backend];
    }
    const reason = `${value}, because TensorFlow does not load: ${backend.fallbackReason}`;
    return [{ name, state: 'warning', value: reason, fix: SET_UP }, backend];
  } catch (error) {
    if (error instanceof UsageError) {
      throw error;
    }
    const value = error instanceof Error ? error.message : String(error);
    return [{ name, state: 'missing', value, fix: SET_UP }, undefined];
  }
}

function checkThreads(backend: Backend): Check {
  const cores = os.availableParallelism();
  const native = process.env.TF_NUM_INTRAOP_THREADS ?? cores;
  const threads = backend.name === 'tensorflow' ? native : getThreadsCount();
  return { name: 'threads', state: 'ok', value: `${threads} on ${cores} cores` };
}

function checkMemory(): Check {
  // A container may have less than its machine; 0 or an absurd number means that it has no limit.
  const limit = process.constrainedMemory() || Infinity;
  const gibibytes = Math.min(os.totalmem(), limit) / 2 ** 30;
  const value = `${gibibytes.toFixed(1)} GiB`;
  return gibibytes >= LITTLE_MEMORY_GIB
    ? { name: 'memory', state: 'ok', value }
    : { name: 'memory', state: 'warning', value, fix: 'Use "--scale smoke" or a smaller batch.' };
}

/** Whether JupyterLab starts; without it there are no notebooks, but everything else works. */
export function checkJupyter(root: string = projectRoot()): Check {
  const name = 'Jupyter';
  const python = jupyterPython(root);
  if (!python) {
    return { name, state: 'warning', value: 'not set up', fix: SET_UP };
  }
  const program = 'import jupyterlab; print(jupyterlab.__version__)';
  const answer = spawnSync(python, ['-c', program], { encoding: 'utf8', timeout: 30_000 });
  return answer.status === 0
    ? { name, state: 'ok', value: `JupyterLab ${answer.stdout.trim()}` }
    : { name, state: 'warning', value: 'it does not start', fix: `Delete .lab/venv. ${SET_UP}` };
}

const kernelSchema = z.object({ argv: z.array(z.string()).min(2) });

/** Whether the TypeScript kernel is known to Jupyter, with paths that exist (they are absolute). */
export function checkKernel(root: string = projectRoot()): Check {
  const name = 'kernel';
  const file = path.join(root, '.lab/venv/share/jupyter/kernels/tslab/kernel.json');
  if (!existsSync(file)) {
    return { name, state: 'warning', value: 'not set up', fix: SET_UP };
  }
  const { argv } = kernelSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const absent = argv.slice(0, 2).find((program) => !existsSync(program));
  return absent
    ? { name, state: 'warning', value: `${absent} is gone`, fix: SET_UP }
    : { name, state: 'ok', value: 'TypeScript (tslab)' };
}

const manifestSchema = z.object({ files: z.record(z.string(), z.object({ bytes: z.number() })) });

/** Whether CIFAR-10 is there, with the sizes that its manifest names; who loads it checks the checksums. */
export function checkData(folder: string = cifar10Folder()): Check {
  const name = 'data';
  const manifest = path.join(folder, 'manifest.json');
  if (!existsSync(manifest)) {
    return { name, state: 'missing', value: 'CIFAR-10 is not here', fix: SET_UP };
  }
  const { files } = manifestSchema.parse(JSON.parse(readFileSync(manifest, 'utf8')));
  for (const [file, { bytes }] of Object.entries(files)) {
    const size = statSync(path.join(folder, file), { throwIfNoEntry: false })?.size;
    if (size !== bytes) {
      const value = `CIFAR-10: ${file} has ${size ?? 'no'} bytes, expected ${bytes}`;
      return { name, state: 'missing', value, fix: SET_UP };
    }
  }
  return { name, state: 'ok', value: 'CIFAR-10' };
}
