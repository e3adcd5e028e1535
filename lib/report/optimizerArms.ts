import type { Config } from '../config';

/** What decides an arm of the experiment `optimizers`. */
export type ArmConfig = Pick<Config, 'optimizer' | 'schedule'>;

/** The paper's setting (section 4), from which an arm differs. */
const PAPER = { learningRate: 0.045, epsilon: 1, decayEpochs: 2, decayRate: 0.94 };

/** The arm with which the paper's best models were trained (section 4). */
export const PAPER_ARM = 'rmsprop, epsilon 1';

/** An arm of the experiment `optimizers` in words, by what differs from PAPER_ARM: "rmsprop, epsilon 0.001, rate 0.0045". */
export function armOf({ optimizer, schedule = 'exponential' }: ArmConfig): string {
  const { name = 'rmsprop', epsilon, learningRate, decayEpochs, decayRate } = optimizer;
  const isCompressed = decayEpochs !== PAPER.decayEpochs || decayRate !== PAPER.decayRate;
  const differences = [
    ...(name === 'rmsprop' ? [] : [name]),
    ...(name === 'rmsprop' && epsilon !== PAPER.epsilon ? [`rmsprop, epsilon ${epsilon}`] : []),
    ...(learningRate === PAPER.learningRate ? [] : [`rate ${learningRate}`]),
    ...(schedule === 'constant' ? ['constant rate'] : []),
    ...(schedule === 'cosine' ? ['cosine'] : []),
    ...(schedule === 'exponential' && isCompressed ? ['exponential, compressed'] : []),
  ];
  return differences.length === 0 ? PAPER_ARM : differences.join(', ');
}
