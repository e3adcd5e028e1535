import type { Config } from '../config';
import type { NetworkConfig, NetworkName } from '../models/networks';
import type { CheckpointChoices } from '../training/retention';
import type { Steer } from '../training/steering';
import type { TrainingEvents } from '../training/train';

/** A network by its name and what differs from its form, which is 'small' unless told otherwise (32x32 images). */
export type NetworkOptions = Pick<NetworkConfig, 'name'> & Partial<NetworkConfig>;

/** Every setting of a run but for the network; of `data` and `optimizer` only what differs need be given. */
type Settings = Partial<Omit<Config, 'network' | 'data' | 'optimizer'>>;

/** What is told while a run goes on; epochs and probes of an earlier part of a resumed run are not told again. */
export type TrainCallbacks = Omit<TrainingEvents, 'signal' | 'steer'>;

/** What a run is told beside its config. */
export interface RunOptions {
  /**
   * Under which name the run is recorded: in results/<name>/, with its checkpoints. Default 'notebook'.
   *
   * The same options name the same run: one that was stopped, killed or interrupted goes on where it was, and one that is
   * finished is not trained again. `false` records nothing; such a run cannot go on later.
   */
  readonly record?: string | false;
  /** How often a recorded run is saved beside the end of every epoch, and how many checkpoints are kept. */
  readonly checkpoints?: CheckpointChoices;
  /** Whether a notebook shows a table that follows the run, and other programs a line for every tenth part and every
   * epoch. Default true. */
  readonly progress?: boolean;
  /**
   * Functions that are called, not awaited, after each step, probe and epoch; an error that one throws ends the run. An
   * async one must catch its errors itself.
   */
  readonly callbacks?: TrainCallbacks;
  /**
   * Steers the run: asked before each step for the learning rate, the residual scaling and the largest gradient norm that
   * take the place of the config's (`gradientClip` only where there is one); a promise that waits is a pause, which
   * `run.stop()` ends.
   *
   * A steered run is a run of its own each time it is begun. Its record ends in the time of its start and has a line for each
   * change; it does not go on later, and nothing takes it for a run of its config.
   */
  readonly steer?: Steer;
}

/**
 * What to train, and how. Only `network` must be given: the rest is the paper's setting as `defaultConfig` has it, on CIFAR-10.
 *
 * That is 160 passes over 50,000 images, three to eight hours on two cores with TensorFlow: give `epochs` and `data.trainImages`
 * for a first look.
 */
export interface TrainOptions extends Settings, RunOptions {
  /**
   * Which network: its name for the small form of it (32x32 images, one to three million parameters), or
   * `{name, form, width, ...}`.
   */
  readonly network: NetworkName | NetworkOptions;
  /**
   * The images. Default: the 50,000 and 10,000 of CIFAR-10, with random crop and mirror.
   *
   * Images of your own: `{name: 'imageFolder', train: 'photos/train', validation: 'photos/validation'}`, with a folder for
   * each class in both.
   */
  readonly data?: Partial<Config['data']>;
  /** Default: RMSProp with decay 0.9 and epsilon 1.0, learning rate 0.045 (section 4), momentum 0.9 (Google's trainer). */
  readonly optimizer?: Partial<Config['optimizer']>;
}
