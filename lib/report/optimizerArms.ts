import type { Config } from '../config';

/** What decides an arm of the experiment `optimizers`. */
export type ArmConfig = Pick<Config, 'optimizer' | 'schedule' | 'epochs'>;

/** The paper's setting (section 4), from which an arm differs. */
const PAPER = { learningRate: 0.045, epsilon: 1, decayEpochs: 2, decayRate: 0.94 };

/** Whether a config has the optimizer and the schedule with which the paper's best models were trained (section 4). */
export function isPaperArm(config: ArmConfig): boolean {
  return armOf(config) === 'RMSProp, epsilon 1';
}

/** An arm of the experiment `optimizers` in words, by what differs from the paper's: "RMSProp, epsilon 0.001, rate 0.0045". */
export function armOf({ optimizer, schedule = 'exponential' }: ArmConfig): string {
  const { name = 'rmsprop', epsilon, learningRate, decayEpochs, decayRate } = optimizer;
  const falls = decayEpochs !== PAPER.decayEpochs || decayRate !== PAPER.decayRate;
  return [
    name === 'rmsprop' ? `RMSProp, epsilon ${epsilon}` : name,
    ...(learningRate === PAPER.learningRate ? [] : [`rate ${learningRate}`]),
    ...(schedule === 'exponential'
      ? falls
        ? ['exponential, compressed']
        : []
      : [schedule === 'constant' ? 'constant rate' : schedule]),
  ].join(', ');
}
