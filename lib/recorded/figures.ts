import { UsageError } from '../errors';
import { ABLATIONS } from '../figures/ablations/ablations';
import { errorCurveFigure } from '../figures/curves';
import type { Figure } from '../figures/figure';
import { requireAblation, type ScaleAblation } from '../results/ablationRecords';
import { newestRecords } from '../results/newestSetting';
import { errorFigures } from '../results/paper';
import type { Scale } from '../results/scale';

/**
 * A figure drawn from the recorded runs: one of the paper's, 21 to 26 (arXiv 1602.07261v2), or an ablation by its name, e.g.
 * 'zeros-by-step'; from the largest scale that has records of it unless one is given.
 *
 * Throws a UsageError for an unknown figure, with the names of all, and a LabError with the command that makes the records
 * where there are none.
 */
export function recordedFigure(figure: number | string, scale?: Scale): Figure {
  const number = errorFigures.find((candidate) => candidate === figure);
  return number === undefined
    ? drawn(String(figure), scale).figure
    : errorCurveFigure(number, newestRecords('convergence', scale).records);
}

/** What an ablation shows, in a sentence with numbers from the records. Throws as `recordedFigure` does. */
export function recordedFinding(ablation: string, scale?: Scale): string {
  return drawn(ablation, scale).finding;
}

function drawn(name: string, scale: Scale | undefined): ScaleAblation {
  const ablation = ABLATIONS.find((candidate) => candidate.name === name);
  if (!ablation) {
    const names = [...errorFigures.map(String), ...ABLATIONS.map((one) => one.name)];
    throw new UsageError(`There is no figure "${name}": expected one of ${names.join(', ')}.`);
  }
  return requireAblation(ablation, scale);
}
