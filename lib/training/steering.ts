import { isDeepStrictEqual } from 'node:util';

import type { Config } from '../config';
import { UsageError } from '../errors';
import type { PerStage } from '../models/node';
import type { ChangeLine } from '../results/record';
import type { StepSettings } from './step';

/** What a person sets of a run while it goes on, in the place of what the config says of the step. */
export interface Steering {
  /** In the place of the schedule's; 0 or more. */
  readonly learningRate?: number;
  /** One number for all grids, or those of some; plain networks ignore it, as they do the config's. */
  readonly residualScale?: number | Partial<PerStage>;
  /** Largest global norm of the gradients, above 0; only where the config has a `gradientClip`. */
  readonly gradientClip?: number;
}

/**
 * Is asked before each step of a run, by the number that the step will have: 1 for the first one.
 *
 * What it leaves out is the config's own. A promise that is not yet fulfilled holds the run: a pause.
 */
export type Steer = (step: number) => Steering | Promise<Steering>;

/** The steered settings of a step. */
export type SteeredSettings = Partial<
  Pick<StepSettings, 'learningRate' | 'scale' | 'gradientClip'>
>;

/** Values that were checked, the scales of all grids among them. */
interface SteeredValues {
  readonly learningRate?: number;
  readonly residualScale?: PerStage;
  readonly gradientClip?: number;
}

const KEYS = ['learningRate', 'residualScale', 'gradientClip'] as const;

/** Asks how a run is steered, checks the answers and tells what changes from one step to the next. */
export class Course {
  private values: SteeredValues = {};

  constructor(
    private readonly config: Config,
    private readonly steer: Steer,
    private readonly onChange: (line: ChangeLine) => void = () => undefined,
    private readonly signal?: AbortSignal,
  ) {}

  /** The learning rate of the last step, where it was steered. */
  get learningRate(): number | undefined {
    return this.values.learningRate;
  }

  /** The residual scaling of the last step, where it was steered: with it the network is evaluated. */
  get scale(): PerStage | undefined {
    return this.values.residualScale;
  }

  /**
   * The steered settings of a step (the first is 1); undefined when the run is asked to stop before they are known.
   *
   * Throws a UsageError that names a value that no step can take.
   */
  async before(step: number): Promise<SteeredSettings | undefined> {
    const steering = await unlessAborted(this.steer(step), this.signal);
    if (steering === undefined) return undefined;
    const next = checked(steering, step, this.config);
    const changed = KEYS.filter((key) => !isDeepStrictEqual(this.values[key], next[key]));
    if (changed.length > 0) {
      const values = Object.fromEntries(changed.map((key) => [key, next[key] ?? null]));
      this.onChange({ type: 'change', step, ...values });
    }
    this.values = next;
    const { learningRate, residualScale: scale, gradientClip } = next;
    return {
      ...(learningRate !== undefined && { learningRate }),
      ...(scale && { scale }),
      ...(gradientClip !== undefined && { gradientClip }),
    };
  }
}

/** What a promise gives, or undefined when the signal comes first. */
async function unlessAborted<Value>(
  promise: Value | Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value | undefined> {
  if (!signal) return promise;
  let release = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    const onAbort = (): void => resolve(undefined);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    release = () => signal.removeEventListener('abort', onAbort);
  });
  return Promise.race([aborted, promise]).finally(release);
}

function checked(steering: Steering, step: number, config: Config): SteeredValues {
  const { learningRate, residualScale, gradientClip } = steering;
  requireValue('learningRate', learningRate, step, (rate) => rate >= 0, '0 or more');
  requireValue('gradientClip', gradientClip, step, (norm) => norm > 0, 'a number above 0');
  if (gradientClip !== undefined && config.gradientClip === undefined) {
    throw new UsageError(
      `steer gives gradientClip ${gradientClip} for step ${step}, but the run was built without clipping: ` +
        'give its config a gradientClip, too, e.g. 1000.',
    );
  }
  return {
    learningRate,
    residualScale: perStage(residualScale, step, config.network.residualScale),
    gradientClip,
  };
}

/** The scales of all grids; those that are not steered stay the config's. */
function perStage(
  scale: Steering['residualScale'],
  step: number,
  own: PerStage,
): PerStage | undefined {
  if (scale === undefined) return undefined;
  const steered = typeof scale === 'number' ? { a: scale, b: scale, c: scale } : scale;
  for (const stage of Object.keys(steered)) {
    if (!Object.hasOwn(own, stage)) {
      throw new UsageError(
        `steer gives residualScale.${stage} for step ${step}: expected some of a, b and c.`,
      );
    }
    const key = `residualScale${typeof scale === 'number' ? '' : `.${stage}`}`;
    requireValue(key, steered[stage as keyof PerStage], step, () => true, 'a number');
  }
  const { a = own.a, b = own.b, c = own.c } = steered;
  return { a, b, c };
}

function requireValue(
  key: string,
  value: number | undefined,
  step: number,
  holds: (value: number) => boolean,
  expected: string,
): void {
  if (value === undefined || (Number.isFinite(value) && holds(value))) return;
  throw new UsageError(
    `steer gives ${key} ${JSON.stringify(value)} for step ${step}: expected ${expected}.`,
  );
}
