import { Contestant, type ContestantMemory } from './contestant';
import { contestantCommand } from './contestants';
import type { BenchNetwork } from './work';

/** Memory after some steps: resident bytes and tensors that TensorFlow.js holds. */
export interface MemorySample {
  readonly steps: number;
  readonly rssMiB: number;
  readonly tensors: number;
}

/** How memory goes over a long training. */
export interface MemoryCourse {
  readonly network: string;
  readonly samples: readonly MemorySample[];
}

const INTERVALS = 10;

/** Runs many compiled training steps and looks at the memory of the process ten times, after two steps of warm-up. */
export async function followMemory(network: BenchNetwork, steps: number): Promise<MemoryCourse> {
  const contestant = await Contestant.start(
    contestantCommand('lab', { network, phase: 'training', precision: 'float32' }),
  );
  try {
    await contestant.turn(2);
    const samples = [sample(0, await contestant.memory())];
    for (let interval = 1; interval <= INTERVALS; interval++) {
      const done = Math.round((steps * interval) / INTERVALS);
      const before = samples[samples.length - 1].steps;
      if (done > before) await contestant.turn(done - before);
      samples.push(sample(done, await contestant.memory()));
    }
    return { network: network.name, samples };
  } finally {
    await contestant.stop();
  }
}

function sample(steps: number, { rss, tensors = 0 }: ContestantMemory): MemorySample {
  return { steps, rssMiB: Math.round(rss / 2 ** 20), tensors };
}
