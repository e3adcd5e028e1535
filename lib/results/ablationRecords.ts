import { LabError } from '../errors';
import {
  type Ablation,
  type AblationExperiment,
  type AblationRecords,
  type DrawnAblation,
} from '../figures/ablations/ablation';
import { ABLATIONS } from '../figures/ablations/ablations';
import { readEvaluations } from './evaluationList';
import { type Scale, SCALES } from './scale';
import { readRecords, recordFolder } from './store';

/** A figure of an ablation, and the scale of its records. */
export interface ScaleAblation extends DrawnAblation {
  readonly scale: Scale;
}

/** All that is recorded of an ablation's experiment at a scale. Throws a LabError for a damaged record. */
export function ablationRecords(experiment: AblationExperiment, scale: Scale): AblationRecords {
  const folder = recordFolder(experiment, scale);
  return experiment === 'crops'
    ? { scale, runs: [], evaluations: readEvaluations(folder) }
    : { scale, runs: readRecords(folder), evaluations: [] };
}

/** Draws an ablation from the records of a scale, or of the largest that has what it shows; undefined where none has. */
export function drawAblation(ablation: Ablation, scale?: Scale): ScaleAblation | undefined {
  for (const candidate of scale ? [scale] : [...SCALES].reverse()) {
    const drawn = ablation.draw(ablationRecords(ablation.experiment, candidate));
    if (drawn) return { ...drawn, scale: candidate };
  }
  return undefined;
}

/**
 * The same; throws a LabError with the command that makes the records where there are none.
 */
export function requireAblation(ablation: Ablation, scale?: Scale): ScaleAblation {
  const drawn = drawAblation(ablation, scale);
  if (drawn) return drawn;
  throw new LabError(
    `Figure "${ablation.name}" has no records${scale ? ` at ${scale} scale` : ''} of the runs that it compares. ` +
      `Make them with: npm run lab -- run ${ablation.experiment} --scale ${scale ?? 'quick'}`,
  );
}

/** Those of the ablations' figures that can be drawn, at one scale or each at the largest that has it. */
export function drawAblations(scale?: Scale): readonly ScaleAblation[] {
  return ABLATIONS.flatMap((ablation) => drawAblation(ablation, scale) ?? []);
}
