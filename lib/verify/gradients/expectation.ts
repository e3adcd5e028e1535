/** What is compared of a layer. */
export type Quantity = 'forward' | 'input gradient' | 'filter gradient' | 'bias gradient';

/** The reference for one tensor: any element of it, computed in float64 on demand. */
export interface Expectation {
  readonly quantity: Quantity;
  readonly shape: readonly number[];
  /** How many products (or numbers) an element sums up at most. */
  readonly terms: number;
  /** The element at a flat index, row-major. */
  readonly at: (index: number) => number;
}

/** Single-precision numbers that both sides of a comparison start from. */
export interface LayerValues {
  readonly batch: number;
  /** [batch, ...input]. */
  readonly x: Float32Array;
  /** Gradient of the output, [batch, ...output]. */
  readonly dy: Float32Array;
  /** [height, width, in, out]; empty where the layer has none. */
  readonly filter: Float32Array;
  /** The bias, or beta of a batch normalisation, [out]; empty where the layer has none. */
  readonly bias: Float32Array;
}
