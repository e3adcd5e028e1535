import * as tf from '@tensorflow/tfjs';

/** 'rmsprop' trained the paper's best models, 'momentum' its earlier ones (section 4). */
export const OPTIMIZERS = ['rmsprop', 'momentum'] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];

/** What an optimizer remembers of a variable, by name; each has the variable's shape. */
export type Slots = Readonly<Record<string, tf.Variable>>;

/** What the learning rate of some variables is multiplied by; 1 for all others. */
export type RateFactors = ReadonlyMap<tf.Variable, number>;

/** An optimizer as one of the kit's kernels, which makes new values of a variable and its slots. */
interface UpdateKernel {
  readonly name: string;
  readonly attributes: Readonly<Record<string, number>>;
  /** The number that each slot starts at, in the order of the kernel's results after the variable. */
  readonly slots: Readonly<Record<string, number>>;
}

/** Moves variables against their gradients. */
export class Optimizer {
  private readonly state: ReadonlyMap<tf.Variable, Slots>;

  constructor(
    variables: Iterable<tf.Variable>,
    private readonly kernel: UpdateKernel,
    private readonly rates: RateFactors = new Map(),
  ) {
    this.state = new Map([...variables].map((variable) => [variable, this.freshSlots(variable)]));
  }

  /** Moves the variables one step against their gradients (by variable, same shapes); the learning rate is a scalar. */
  apply(gradients: ReadonlyMap<tf.Variable, tf.Tensor>, learningRate: tf.Scalar | number): void {
    tf.tidy(() => {
      const rate = typeof learningRate === 'number' ? tf.scalar(learningRate) : learningRate;
      for (const [variable, slots] of this.state) {
        const gradient = gradients.get(variable);
        if (gradient) {
          const factor = this.rates.get(variable);
          const own = factor === undefined ? rate : tf.mul<tf.Scalar>(rate, factor);
          this.update(variable, slots, gradient, own);
        }
      }
    });
  }

  /** What the optimizer remembers of a variable; nothing of one that it does not move. */
  slots(variable: tf.Variable): Slots {
    return this.state.get(variable) ?? {};
  }

  /** Frees the slots. */
  dispose(): void {
    tf.dispose([...this.state.values()].flatMap((slots) => Object.values(slots)));
  }

  private update(
    variable: tf.Variable,
    slots: Slots,
    gradient: tf.Tensor,
    learningRate: tf.Scalar,
  ): void {
    const { name, attributes } = this.kernel;
    const inputs = { variable, ...slots, gradient, learningRate };
    const updated = tf.engine().runKernel<tf.Tensor[]>(name, inputs, { ...attributes });
    [variable, ...Object.values(slots)].forEach((old, index) => old.assign(updated[index]));
    tf.dispose(updated);
  }

  private freshSlots({ shape }: tf.Variable): Slots {
    const slots = Object.entries(this.kernel.slots).map(([name, start]) => [
      name,
      tf.tidy(() => tf.variable(tf.fill(shape, start), false)),
    ]);
    return Object.fromEntries(slots) as Slots;
  }
}
