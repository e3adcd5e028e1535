import type { ContestantName } from './contestants';
import type { Work } from './work';

/** How many times as many images a second as the others are aimed at. */
export interface Aim {
  /** Over the faster of the peers at their default settings. */
  readonly overDefault: number;
  /** Over the faster of the peers with PyTorch's allocator tuned; absent where there is no aim. */
  readonly overTuned?: number;
}

/** The peers that count as "at default settings", and as "tuned": Keras gains nothing from the allocator. */
export const RIVALS = {
  overDefault: ['keras', 'torch'],
  overTuned: ['keras', 'torch-tuned'],
} as const satisfies Record<string, readonly ContestantName[]>;

/** WebAssembly against what TensorFlow.js users have on TensorFlow without this kit: plain tf.layers. */
export const WASM_OVER_LAYERS = 0.8;

const SMALL_AND_STACK: Aim = { overDefault: 1.5, overTuned: 1.25 };
const FULL_SIZE: Aim = { overDefault: 1, overTuned: 0.9 };
const FULL_SIZE_EVALUATION: Aim = { overDefault: 1 };

/** What is aimed at for a piece of work; nothing for the evaluation of small networks. */
export function aimOf({ network, phase }: Work): Aim | undefined {
  const isFullSize = network.build !== 'block-stack' && network.build.inputSize === 299;
  if (phase === 'evaluation') {
    return isFullSize ? FULL_SIZE_EVALUATION : undefined;
  }
  return isFullSize ? FULL_SIZE : SMALL_AND_STACK;
}
