import { UsageError } from '../lib/errors';
import type { Ablation } from '../lib/figures/ablations/ablation';
import { ABLATIONS } from '../lib/figures/ablations/ablations';
import { ARCHITECTURE_FIGURES } from '../lib/figures/architecture/architectureFigure';
import { type ErrorFigure, errorFigures } from '../lib/results/paper';

/** The kinds of figures that `lab figure all --only` chooses among. */
export const FIGURE_KINDS = ['architecture', 'curves', 'ablations'] as const;

/** The options of `lab figure`. */
export interface FigureOptions {
  readonly scale?: string;
  readonly only?: (typeof FIGURE_KINDS)[number];
}

/** What a call of `lab figure` asks for. */
export interface WantedFigures {
  readonly architecture: readonly number[];
  /** Whether the cost chart is drawn besides. */
  readonly cost: boolean;
  readonly curves: readonly ErrorFigure[];
  readonly ablations: readonly Ablation[];
  /** Whether figures without records are left out, and not refused. */
  readonly isAll: boolean;
}

/** Every name that `lab figure` knows, "all" excepted. */
export const FIGURE_NAMES: readonly string[] = [
  ...[...ARCHITECTURE_FIGURES, ...errorFigures].map(String),
  ...ABLATIONS.map(({ name }) => name),
];

/** The figures that a name or "all" stands for. Throws a UsageError for an unknown name and for options that do not go with it. */
export function wantedFigures(text: string, { scale, only }: FigureOptions): WantedFigures {
  const wanted = text === 'all' ? allFigures(only) : oneFigure(text, only);
  if (scale !== undefined && wanted.curves.length + wanted.ablations.length === 0) {
    throw new UsageError(
      `--scale ${scale} does not apply to architecture figures, which are drawn from no records: leave it out.`,
    );
  }
  return wanted;
}

function allFigures(only: FigureOptions['only']): WantedFigures {
  const wants = (kind: FigureOptions['only']) => only === undefined || only === kind;
  return {
    architecture: wants('architecture') ? ARCHITECTURE_FIGURES : [],
    cost: wants('architecture'),
    curves: wants('curves') ? errorFigures : [],
    ablations: wants('ablations') ? ABLATIONS : [],
    isAll: true,
  };
}

function oneFigure(text: string, only: FigureOptions['only']): WantedFigures {
  if (only !== undefined) {
    throw new UsageError(`--only ${only} goes with "all", not with one figure ("${text}").`);
  }
  if (!FIGURE_NAMES.includes(text)) {
    throw new UsageError(
      `Figure "${text}" cannot be drawn: expected one of ${FIGURE_NAMES.join(', ')}, or all.`,
    );
  }
  return {
    architecture: ARCHITECTURE_FIGURES.filter((number) => String(number) === text),
    cost: false,
    curves: errorFigures.filter((number) => String(number) === text),
    ablations: ABLATIONS.filter(({ name }) => name === text),
    isAll: false,
  };
}
