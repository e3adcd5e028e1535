import type { Execution, Precision } from './backend/executionChoices';
import type { BackendChoice } from './backend/select';
import { contentHash } from './contentHash';
import type { CropKind } from './data/augment';
import { type NetworkConfig, networkConfig, type NetworkForm } from './models/networks';
import type { OptimizerName } from './training/optimizer';
import type { ScheduleName, WarmUp } from './training/schedules';
import type { StabilityOptions } from './training/stabilityOptions';

/** Everything that decides a run: the same config gives the same record. */
export interface Config {
  readonly network: NetworkConfig;
  /** CIFAR-10 unless told otherwise. */
  readonly data: MemoryData | FolderData;
  readonly optimizer: {
    /** RMSProp, with which the paper's best models were trained, unless told otherwise (section 4). */
    readonly name?: OptimizerName;
    /** 0.045 (section 4), before it falls. */
    readonly learningRate: number;
    /** Factor of each fall of the exponential schedule; 0.94 (section 4). */
    readonly decayRate: number;
    /** Epochs between two falls of the exponential schedule; 2 (section 4). */
    readonly decayEpochs: number;
    /** Decay of RMSProp's mean square; 0.9 (section 4). 'momentum' has no use for it. */
    readonly decay: number;
    /** Epsilon of RMSProp, inside the root; 1.0 (section 4). 'momentum' has no use for it. */
    readonly epsilon: number;
    /** 0.9: section 4 for 'momentum', Google's released trainer for RMSProp. */
    readonly momentum: number;
    /**
     * What the learning rate of the linear 1x1 convolutions before residual sums is multiplied by; absent: 1, as in the paper.
     * For a test of why residual scaling helps: a scale s also makes these layers' steps move the sum s^2 times as far.
     */
    readonly linearRate?: number;
  };
  /** How the learning rate falls; absent: 'exponential' (section 4). */
  readonly schedule?: ScheduleName;
  /** A first phase at a low learning rate; absent: none, as in section 4 (section 3.3 tried one). */
  readonly warmUp?: WarmUp;
  /** Largest global norm of the gradients; absent: no limit. 2.0 in 1512.00567 section 8. */
  readonly gradientClip?: number;
  /** L2 weight decay of the kernels; absent: none. 0.00004 in slim; the paper does not say. */
  readonly weightDecay?: number;
  /** Weight of the auxiliary head's loss, where the network has one; absent: 0.4, as in slim's trainer. */
  readonly auxiliaryLossWeight?: number;
  /** 0.1 (1512.00567 section 7). */
  readonly labelSmoothing: number;
  /** Decay of the moving statistics of batch normalisation; 0.9997 in slim. */
  readonly batchNormDecay: number;
  /** Largest decay of the moving average of the parameters; 0.9999 in Google's released trainer. */
  readonly averageDecay: number;
  /** 32 per replica (1512.00567 section 8); this paper gives none. */
  readonly batchSize: number;
  /** Batches of which the mean gradient makes one step, for large batches on small memory; absent: 1. */
  readonly accumulation?: number;
  /** Passes over the training images; 160 unless told otherwise, as far as Figs. 23 and 24 go. */
  readonly epochs: number;
  /** Ends the run when the top-1 error of the averages has stopped falling; absent: it trains all epochs, as the paper does. */
  readonly earlyStopping?: EarlyStopping;
  /** How the run's health is watched (section 3.3). */
  readonly stability?: StabilityOptions;
  /** Decides all that is random: first weights, order and augmentation of the images, dropout; 0 unless told otherwise. */
  readonly seed: number;
  /** 'auto' unless told otherwise: TensorFlow where the set-up could build it, WebAssembly elsewhere. */
  readonly backend: BackendChoice;
  /** How steps run; absent: as compiled graphs on the native backend, eagerly on wasm. The numbers agree up to rounding. */
  readonly execution?: Execution;
  /** In what the layers compute; absent: float32. bfloat16 needs compiled steps and a processor or GPU that has it. */
  readonly precision?: Precision;
}

/** A data set of 32x32 images that is held in memory. */
export interface MemoryData {
  /** 'cifar10' unless told otherwise; 'synthetic' has 512 made-up training images of its size, for trials. */
  readonly name: 'cifar10' | 'synthetic';
  /** How many training images are used, from the first on; all 50,000 of CIFAR-10 unless told otherwise. */
  readonly trainImages: number;
  /** How many test images are used, from the first on; all 10,000 of CIFAR-10 unless told otherwise. */
  readonly testImages: number;
  /** Random crop and mirror of the training images; true unless told otherwise. */
  readonly augment: boolean;
  /**
   * Which crops: absent: 'shift', of images padded by 4 pixels; 'randomSize': parts of 30 to 100 % of the area, scaled back.
   * Without `augment` there are none.
   */
  readonly crops?: CropKind;
}

/** Folders of JPEG and PNG files in ImageNet's layout, read while training goes on; images of any size. */
export interface FolderData {
  readonly name: 'imageFolder';
  /** The folder of the training images, with a folder for each class. */
  readonly train: string;
  /** The folder of the images that are evaluated after each epoch: a folder for each class, or all in one with `labels`. */
  readonly validation: string;
  /** The file with the labels of a validation folder that has all images in one. */
  readonly labels?: string;
  /** A file with a class name a line, which gives the order of the classes; absent: sorted by name. */
  readonly synsets?: string;
  /** How many training images are used, evenly spread over the folder; absent: all. */
  readonly trainImages?: number;
  /** How many validation images are used, evenly spread over the folder; absent: all. */
  readonly testImages?: number;
  /** Google's augmentation of the training images (parts of them, mirrors, colours); off: their centres, as in evaluation. */
  readonly augment: boolean;
}

/** When a run ends before its last epoch. */
export interface EarlyStopping {
  /** Epochs without a better top-1 error that are waited for. */
  readonly patience: number;
  /** By how many percent points an error must be lower to count as better; absent: 0. */
  readonly minimumDelta?: number;
}

/** A config in which only what differs is given, as a tree or by dotted keys. */
export type Overrides = Readonly<Record<string, unknown>>;

/** The paper's setting for one network, on CIFAR-10, since ImageNet is the user's to give. */
export function defaultConfig(network: string, form: NetworkForm = 'small'): Config {
  return {
    network: networkConfig(network, form),
    data: { name: 'cifar10', trainImages: 50_000, testImages: 10_000, augment: true },
    optimizer: {
      learningRate: 0.045,
      decayRate: 0.94,
      decayEpochs: 2,
      decay: 0.9,
      momentum: 0.9,
      epsilon: 1,
    },
    weightDecay: 0.00004,
    labelSmoothing: 0.1,
    batchNormDecay: 0.9997,
    averageDecay: 0.9999,
    batchSize: 32,
    epochs: 160,
    seed: 0,
    backend: 'auto',
  };
}

export { overrideConfig, parseOverrides } from './configOverrides';

/** Eight hexadecimal digits that change with any value of the config, whatever the order of its keys. */
export function configHash(config: Config): string {
  return contentHash(config, 8);
}
