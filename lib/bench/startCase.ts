import path from 'node:path';

import { projectRoot } from '../projectRoot';
import { LineProgram, type ProgramCommand } from './lineProgram';
import { summarise, type Summary } from './timings';

/** Seconds from the start of a process until it has computed something. */
export interface StartTimes {
  readonly name: string;
  readonly seconds: Summary;
}

/** Starts every program afresh in every round, one at a time, and waits for its first sum. */
export async function timeStarts(rounds: number, python?: string): Promise<readonly StartTimes[]> {
  const programs = Object.entries({ ...ownStarts(), ...(python && peerStarts(python)) });
  const seconds = new Map(programs.map(([name]) => [name, [] as number[]]));
  // The first start reads the files from the disk and is not counted.
  for (let round = -1; round < rounds; round++) {
    for (const [name, command] of programs) {
      const taken = await startOnce(name, command);
      if (round >= 0) seconds.get(name)?.push(taken);
    }
  }
  return [...seconds].map(([name, taken]) => ({ name, seconds: summarise(taken) }));
}

async function startOnce(name: string, command: ProgramCommand): Promise<number> {
  const start = performance.now();
  const program = new LineProgram(name, command);
  await program.read();
  const seconds = (performance.now() - start) / 1e3;
  await program.stop();
  return seconds;
}

function ownStarts(): Readonly<Record<string, ProgramCommand>> {
  const words = [path.join(projectRoot(), 'dist/lib/bench/startProgram.js')];
  const on = (backend: string) => ({ command: process.execPath, words: [...words, backend] });
  return { lab: on('tensorflow'), 'lab-wasm': on('wasm') };
}

function peerStarts(python: string): Readonly<Record<string, ProgramCommand>> {
  const keras = 'import keras; print(float(keras.ops.sum(keras.ops.ones(2))), flush=True)';
  const torch = 'import torch; print(float(torch.ones(2).sum()), flush=True)';
  return {
    keras: { command: python, words: ['-c', keras], environment: { KERAS_BACKEND: 'tensorflow' } },
    torch: { command: python, words: ['-c', torch] },
  };
}
