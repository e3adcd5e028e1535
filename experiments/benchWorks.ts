import { type ContestantName, PEERS } from '../lib/bench/contestants';
import type { ImagesOptions } from '../lib/bench/imagesCase';
import { type BenchNetwork, type Phase, PRECISIONS, type Work } from '../lib/bench/work';
import { NETWORK_NAMES, networkConfig } from '../lib/models/networks';
import { convergenceConfig, PAIR } from './convergence';

const STACK: BenchNetwork = { name: 'block-stack', build: 'block-stack', batch: 32 };

/** Networks of the experiments at the recorded scale, 32x32: the smaller pair shallow, the larger as deep as printed. */
const SMALL: readonly BenchNetwork[] = NETWORK_NAMES.map((name) => {
  const depth = PAIR.includes(name) ? 'shallow' : 'printed';
  const { network, batchSize } = convergenceConfig(name, 'standard', {}, depth);
  return { name: `${name}-${network.inputSize}`, build: network, batch: batchSize };
});

/** The networks as released, 299x299. */
const FULL_SIZES: readonly BenchNetwork[] = NETWORK_NAMES.map((name) => ({
  name: `${name}-299`,
  build: networkConfig(name),
  batch: 8,
}));

/** The one of them that is compared with the peers. */
const FULL_SIZE = FULL_SIZES[NETWORK_NAMES.indexOf('inception-resnet-v2')];

/** Every network that `lab bench` measures. */
export const BENCH_NETWORKS: readonly BenchNetwork[] = [STACK, ...SMALL, ...FULL_SIZES];

/** Images are evaluated with the cheapest of the networks as released, which waits for them the soonest. */
export const IMAGES: Omit<ImagesOptions, 'rounds'> = {
  network: networkConfig('inception-v3'),
  images: 96,
  imagesOfManyCrops: 6,
};

/** What a case measures unless others are asked for; evaluating the small networks takes no time. */
const MEASURED: Readonly<Record<Phase | 'compile', readonly BenchNetwork[]>> = {
  training: [STACK, ...SMALL, FULL_SIZE],
  evaluation: [FULL_SIZE],
  compile: BENCH_NETWORKS,
};

/** The networks of a case: those that were asked for, else all that the case is about. */
export function networksOf(
  name: Phase | 'compile',
  wanted: readonly BenchNetwork[] | undefined,
): readonly BenchNetwork[] {
  return wanted ?? MEASURED[name];
}

/** A network in both precisions. */
export function worksOf(network: BenchNetwork, phase: Phase): readonly Work[] {
  return PRECISIONS.map((precision) => ({ network, phase, precision }));
}

/** Rounds of a piece of work, unless the user says how many. */
export function roundsOf({ network }: Work): number {
  return isFullSize(network) ? 5 : 6;
}

/**
 * Who takes part in a piece of work, in groups whose processes are alive together.
 *
 * In bfloat16 only the compiled program and the peers can train. Plain tf.layers is there for the block stack. Training at
 * 299x299 takes 4 to 8 GB a process, so that Keras and PyTorch are measured one after the other, each in turn with ours.
 */
export function contestantsOf(
  work: Work,
  withPeers: boolean,
): readonly (readonly ContestantName[])[] {
  const own = ownContestants(work);
  if (!withPeers) {
    return [own];
  }
  const isLarge = isFullSize(work.network) && work.phase === 'training';
  return isLarge
    ? [
        [...own, 'keras'],
        [...own, 'torch', 'torch-tuned'],
      ]
    : [[...own, ...PEERS]];
}

function ownContestants({ network, phase, precision }: Work): readonly ContestantName[] {
  if (precision === 'bfloat16' || phase === 'evaluation' || isFullSize(network)) {
    return ['lab'];
  }
  const layers: readonly ContestantName[] = network === STACK ? ['tf-layers'] : [];
  return ['lab', 'lab-eager', 'lab-wasm', ...layers];
}

function isFullSize(network: BenchNetwork): boolean {
  return FULL_SIZES.includes(network);
}
