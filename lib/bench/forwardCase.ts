import * as tf from '@tensorflow/tfjs';

import { seedFor } from '../data/random';
import { forward } from '../models/forward';
import type { Network } from '../models/node';
import { createParameters, type ParameterVariables } from '../models/parameterValues';
import type { KerasPeer, PeerFacts } from './kerasPeer';
import { measure, type Spent, summarise, summariseRatios, type Summary } from './timings';

/** Repeated passes of one program. */
interface Times {
  readonly seconds: Summary;
  readonly cpuSeconds: Summary;
}

/** What one forward pass in inference costs. */
export interface ForwardTimes extends Times {
  /** Tensors that the passes left behind. */
  readonly tensors: number;
  /** Most bytes that a pass holds at a time, beyond weights and images. */
  readonly peakBytes: number;
  readonly peer?: PeerTimes;
}

/** What the peer's passes cost in the same rounds, and ours over the peer's, round by round. */
export interface PeerTimes extends PeerFacts, Times {
  readonly ratio: Summary;
  readonly cpuRatio: Summary;
}

/** Passes before the measured ones: both runtimes set themselves up in the first two. */
const WARM_UP = 3;

/** Times forward passes on a batch prepared in advance; with a peer, one pass of each in turn. */
export async function timeForward(
  network: Network,
  batch: number,
  rounds: number,
  peer?: KerasPeer,
): Promise<ForwardTimes> {
  const passes = new Passes(network, batch);
  try {
    const tensors = passes.tensors();
    const peakBytes = await passes.peakBytes();
    const [ours, theirs] = await interleave(passes, rounds, peer);
    return {
      ...timesOf(ours),
      tensors: passes.tensors() - tensors,
      peakBytes,
      ...(peer && { peer: { ...peer.facts, ...timesOf(theirs), ...ratiosOf(ours, theirs) } }),
    };
  } finally {
    passes.dispose();
  }
}

function timesOf(passes: readonly Spent[]): Times {
  return {
    seconds: summarise(passes.map(({ seconds }) => seconds)),
    cpuSeconds: summarise(passes.map(({ cpuSeconds }) => cpuSeconds)),
  };
}

function ratiosOf(ours: readonly Spent[], theirs: readonly Spent[]) {
  const ratio = (of: (spent: Spent) => number) => summariseRatios(ours.map(of), theirs.map(of));
  return {
    ratio: ratio(({ seconds }) => seconds),
    cpuRatio: ratio(({ cpuSeconds }) => cpuSeconds),
  };
}

async function interleave(
  passes: Passes,
  rounds: number,
  peer: KerasPeer | undefined,
): Promise<[ours: Spent[], theirs: Spent[]]> {
  const ours: Spent[] = [];
  const theirs: Spent[] = [];
  for (let round = 0; round < WARM_UP + rounds; round++) {
    ours.push(await measure(() => passes.pass()));
    if (peer) {
      theirs.push(await peer.pass());
    }
  }
  return [ours.slice(WARM_UP), theirs.slice(WARM_UP)];
}

/** A network with fresh weights and random images. */
class Passes {
  private readonly parameters: ParameterVariables;
  private readonly images: tf.Tensor4D;

  constructor(
    private readonly network: Network,
    batch: number,
  ) {
    const [height, width, depth] = network.nodes[0].shape;
    this.parameters = createParameters(network, (name) => seedFor(0, name));
    this.images = tf.randomUniform([batch, height, width, depth], -1, 1, 'float32', 1);
  }

  /** One forward pass, up to the logits in JavaScript's hands. */
  pass(): void {
    const logits = this.logits();
    logits.dataSync();
    logits.dispose();
  }

  async peakBytes(): Promise<number> {
    const { numBytes } = tf.memory();
    const { peakBytes } = await tf.profile(() => {
      this.logits().dispose();
    });
    return peakBytes - numBytes;
  }

  tensors(): number {
    return tf.memory().numTensors;
  }

  dispose(): void {
    tf.dispose([this.images, ...this.parameters.values()]);
  }

  private logits(): tf.Tensor2D {
    return forward(this.network, this.parameters, this.images, { training: false });
  }
}
