import { Contestant } from './contestant';
import { contestantCommand } from './contestants';
import { summarise, type Summary } from './timings';
import type { BenchNetwork, Work } from './work';

/** What stands between starting a training and its first step, in seconds. */
export interface CompileTimes {
  readonly network: string;
  /** Start of the process, loading TensorFlow, building the network and its variables, making batches. */
  readonly ready: Summary;
  /** The first step, in which the graph is recorded, written, loaded and run. */
  readonly firstStep: Summary;
  /** Both: aimed at less than 5 s for the small networks. */
  readonly total: Summary;
  readonly peakRssMiB: number;
}

/** Starts a training in a fresh process in every round and waits for its first compiled step. */
export async function timeCompiling(network: BenchNetwork, rounds: number): Promise<CompileTimes> {
  const work: Work = { network, phase: 'training', precision: 'float32' };
  const ready: number[] = [];
  const firstStep: number[] = [];
  let peakRss = 0;
  for (let round = 0; round < rounds; round++) {
    const contestant = await Contestant.start(contestantCommand('lab', work));
    try {
      ready.push(contestant.readySeconds);
      firstStep.push((await contestant.turn(1)).seconds);
      peakRss = Math.max(peakRss, (await contestant.memory()).peakRss);
    } finally {
      await contestant.stop();
    }
  }
  return {
    network: network.name,
    ready: summarise(ready),
    firstStep: summarise(firstStep),
    total: summarise(ready.map((seconds, round) => seconds + firstStep[round])),
    peakRssMiB: Math.round(peakRss / 2 ** 20),
  };
}
