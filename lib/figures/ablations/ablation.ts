import type { EvaluationRecord } from '../../results/evaluationRecord';
import type { RunRecord } from '../../results/record';
import type { Figure, Trace } from '../figure';
import { type Grid, gridLayouts } from '../grid';

/** The experiments whose records are drawn besides those of the paper's Figs. 21-26. */
export const ABLATION_EXPERIMENTS = ['residualScaling', 'warmUp', 'optimizers', 'crops'] as const;
export type AblationExperiment = (typeof ABLATION_EXPERIMENTS)[number];

/** All that is recorded of one experiment at one scale. */
export interface AblationRecords {
  /** "standard", for example; named in the caption. */
  readonly scale: string;
  readonly runs: readonly RunRecord[];
  readonly evaluations: readonly EvaluationRecord[];
}

/** A figure of records, and what it shows in a sentence with numbers from them. */
export interface DrawnAblation {
  readonly figure: Figure;
  readonly finding: string;
}

/** A figure that the paper does not have. */
export interface Ablation {
  /** File name without ending, and what `lab figure` calls it. */
  readonly name: string;
  readonly experiment: AblationExperiment;
  /** Draws it; undefined when the records do not have what it shows. */
  readonly draw: (records: AblationRecords) => DrawnAblation | undefined;
}

/** A figure of a grid of panels; its caption stands below its title, too. */
export function gridFigure(
  name: string,
  caption: string,
  grid: Omit<Grid, 'subtitle'>,
  data: readonly Trace[],
): Figure {
  return { name, title: grid.title, caption, data, ...gridLayouts({ ...grid, subtitle: caption }) };
}
