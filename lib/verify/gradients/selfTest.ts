import type { NetworkConfig } from '../../models/networks';
import { kitResults } from './kitLayer';
import { type LayerShape, layerShapes, shapeText } from './layerShapes';
import { layerValues } from './layerValues';
import { compareTensor, type Outcome } from './outcome';
import { plainInputGradient } from './plainKernel';
import { referenceOf } from './referenceOf';

/** What the self-test found. */
export interface SelfTest {
  /** Every tensor of every shape, as the kit computes it. */
  readonly outcomes: readonly Outcome[];
  /** The input gradient of every convolution, as the backend's own kernel computes it. */
  readonly plain: readonly Outcome[];
}

/** How to test. */
export interface SelfTestOptions {
  /** Chooses the numbers and the elements that are compared. */
  readonly seed?: number;
  /** Is told the share of the work that is done, from 0 to 1, and what comes next. */
  readonly onProgress?: (share: number, next: string) => void;
}

/**
 * Compares output and gradients of every distinct layer shape of some networks with loops in float64, and the
 * backend's own kernel for the input gradient of a convolution with the same.
 *
 * The runtime must have been selected before; what it computes and how is not changed.
 */
export async function testGradients(
  configs: readonly NetworkConfig[],
  { seed = 1, onProgress }: SelfTestOptions = {},
): Promise<SelfTest> {
  const shapes = layerShapes(configs);
  const outcomes: Outcome[] = [];
  const plain: Outcome[] = [];
  for (const [index, shape] of shapes.entries()) {
    onProgress?.(index / shapes.length, `${shape.kind} ${shapeText(shape)}`);
    // Lets progress displays and interrupts have their turn.
    await new Promise((resolve) => setImmediate(resolve));
    const tested = testShape(shape, seed);
    outcomes.push(...tested.outcomes);
    plain.push(...tested.plain);
  }
  onProgress?.(1, 'done');
  return { outcomes, plain };
}

/** Tests one shape; `plain` is empty unless it is a convolution. */
function testShape(shape: LayerShape, seed: number): SelfTest {
  const values = layerValues(shape, seed);
  const expectations = referenceOf(shape, values);
  const results = kitResults(shape, values);
  const outcomes = expectations.map((expected, i) =>
    compareTensor(shape, results[i], expected, seed),
  );
  if (shape.kind !== 'convolution') {
    return { outcomes, plain: [] };
  }
  const dx = plainInputGradient(shape, values);
  return { outcomes, plain: [compareTensor(shape, dx, expectations[1], seed)] };
}

/** The outcomes in which some element is wrong. */
export function wrongOf(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.filter(({ wrong }) => wrong > 0);
}
