/** Height, width and depth of a node's output, without the batch. */
export type Shape = readonly [height: number, width: number, depth: number];

/** Kernel height and width; the paper's "1x7" is [1, 7]. */
export type Kernel = readonly [height: number, width: number];

/** What the paper leaves unmarked is 'same'; what it marks "V" is 'valid' (section 3.1). */
export type Padding = 'same' | 'valid';

/** The three grids of the networks: A 35x35, B 17x17, C 8x8 (at 299x299 input). */
export type Stage = 'a' | 'b' | 'c';

/** One number for each of the three grids: how often a block is repeated, how a residual is scaled. */
export type PerStage = Readonly<Record<Stage, number>>;

/** A window that slides over a grid: shared by convolutions and pools. */
export interface Window {
  readonly kernel: Kernel;
  readonly stride: number;
  readonly padding: Padding;
}

/**
 * What one box of a figure computes.
 *
 * A convolution with activation 'relu' is followed by batch normalisation and ReLU and has no bias;
 * with 'linear' (the 1x1 before a residual sum) it has a bias and nothing else (section 3.2).
 */
export type Operation =
  | { readonly kind: 'input' }
  | (Window & {
      readonly kind: 'convolution';
      readonly filters: number;
      readonly activation: 'relu' | 'linear';
    })
  | (Window & { readonly kind: 'maxPool' | 'averagePool' })
  | { readonly kind: 'concat' }
  | {
      readonly kind: 'residualSum';
      readonly stage: Stage;
      readonly scale: number;
      readonly activation: 'relu' | 'linear';
      /** Batch normalisation before the activation, which only section 3.3's experiment has. */
      readonly batchNorm?: boolean;
    }
  | { readonly kind: 'dropout'; readonly keep: number }
  | { readonly kind: 'classifier'; readonly classes: number };

/** One box of a figure in a built network; `name` is its path, e.g. `inceptionResNetB_07/branch1/conv2`. */
export interface Node {
  readonly name: string;
  readonly block: string;
  readonly operation: Operation;
  readonly inputs: readonly Node[];
  readonly shape: Shape;
}

/** A built network: its boxes in the order in which they are drawn, each after its inputs. */
export interface Network {
  readonly name: string;
  readonly nodes: readonly Node[];
  /** The logits, [1, 1, classes]; the pooled features where a network has no classifier. */
  readonly output: Node;
  /** The logits of the auxiliary head, where there is one. */
  readonly auxiliaryOutput?: Node;
}

/** Batch normalisation: beta only and epsilon 0.001, as the reference code has it (slim `inception_utils`). */
export const BATCH_NORM_EPSILON = 1e-3;

/** The size of a grid after a window has slid over it, for one dimension. */
export function slide(size: number, kernel: number, stride: number, padding: Padding): number {
  return padding === 'same' ? Math.ceil(size / stride) : Math.floor((size - kernel) / stride) + 1;
}
