import path from 'node:path';

import { projectRoot } from '../projectRoot';
import type { ContestantCommand } from './contestant';
import type { ProgramCommand } from './lineProgram';
import type { OwnTask } from './ownTask';
import { peerTask } from './peerTask';
import type { Work } from './work';

/** The programs that can be measured. */
export const CONTESTANTS = [
  'lab',
  'lab-eager',
  'lab-wasm',
  'tf-layers',
  'keras',
  'torch',
  'torch-tuned',
] as const;
export type ContestantName = (typeof CONTESTANTS)[number];

/** Those that need Python. */
export const PEERS = ['keras', 'torch', 'torch-tuned'] as const satisfies ContestantName[];
export type PeerName = (typeof PEERS)[number];

/** What they are, for a reader. */
export const CONTESTANT_TITLES: Readonly<Record<ContestantName, string>> = {
  lab: 'this, compiled',
  'lab-eager': 'this, eager',
  'lab-wasm': 'this, WebAssembly',
  'tf-layers': 'plain tf.layers on TensorFlow',
  keras: 'Keras, graph',
  torch: 'PyTorch, eager',
  'torch-tuned': 'PyTorch, eager, tuned allocator',
};

/**
 * The allocator of the C library told to keep what PyTorch frees, instead of giving it back to the system and taking it
 * anew in every step. PyTorch's threads are left as they are: they spin while they wait for each other, which is the faster
 * on a machine that does nothing else, and many times slower on one that does (see `foreignShare`).
 */
export const TUNED_ALLOCATOR: Readonly<Record<string, string>> = {
  MALLOC_MMAP_MAX_: '0',
  MALLOC_TRIM_THRESHOLD_: '100000000000',
  MALLOC_TOP_PAD_: '268435456',
};

type Own = Pick<OwnTask, 'program' | 'execution' | 'backend'>;

const OWN: Readonly<Record<Exclude<ContestantName, PeerName>, Own>> = {
  lab: { program: 'lab', execution: 'compiled', backend: 'tensorflow' },
  'lab-eager': { program: 'lab', execution: 'eager', backend: 'tensorflow' },
  'lab-wasm': { program: 'lab', execution: 'eager', backend: 'wasm' },
  'tf-layers': { program: 'tf-layers', execution: 'eager', backend: 'tensorflow' },
};

/** How a contestant is started for a piece of work; `python` is the interpreter of the peers. */
export function contestantCommand(
  name: ContestantName,
  work: Work,
  python = 'python3',
): ContestantCommand {
  if (isPeer(name)) {
    return { name, ...peerProgram(name, python), task: peerTask(work) };
  }
  const task: OwnTask = { ...OWN[name], work };
  const program = path.join(projectRoot(), 'dist/lib/bench/ownProgram.js');
  return { name, command: process.execPath, words: [program], task };
}

/** A program of test/peers. */
export function peerProgram(name: PeerName, python: string): ProgramCommand {
  const file = name === 'keras' ? 'kerasPeer.py' : 'torchPeer.py';
  const environment = name === 'torch-tuned' ? TUNED_ALLOCATOR : {};
  // -B: no compiled files beside the programs, which are part of the tree.
  return {
    command: python,
    words: ['-B', path.join(projectRoot(), 'test/peers', file)],
    environment,
  };
}

function isPeer(name: ContestantName): name is PeerName {
  return PEERS.some((peer) => peer === name);
}
