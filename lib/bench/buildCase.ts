import * as tf from '@tensorflow/tfjs';

import { catalogue } from '../models/catalogue';
import { networkCost } from '../models/cost';
import { buildNetwork } from '../models/networks';
import { measure, summarise, type Summary } from './timings';

/** What building costs, in seconds. */
export interface BuildTimes {
  readonly networks: number;
  /** All networks, one after the other. */
  readonly all: Summary;
  /** The network that took longest, in any round. */
  readonly slowest: number;
  /** Tensors that building left behind; no weights are needed to count them. */
  readonly tensors: number;
}

/** Builds every network of `lab models`, in every form and with every head, and counts its costs. */
export async function timeBuilding(rounds: number): Promise<BuildTimes> {
  const configs = catalogue();
  const { numTensors: before } = tf.engine().state;
  const totals: number[] = [];
  let slowest = 0;
  for (let round = 0; round < rounds; round++) {
    let total = 0;
    for (const config of configs) {
      const { seconds } = await measure(() => networkCost(buildNetwork(config)));
      slowest = Math.max(slowest, seconds);
      total += seconds;
    }
    totals.push(total);
  }
  const tensors = tf.engine().state.numTensors - before;
  return { networks: configs.length, all: summarise(totals), slowest, tensors };
}
