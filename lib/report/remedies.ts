import type { Config } from '../config';
import { LabError } from '../errors';

/** What section 3.3 tries against networks that die, and scaling, in the order of the paper's text. */
export const REMEDIES = [
  'nothing',
  'warm-up at 1e-5',
  'warm-up at 1/100 of the rate',
  'long warm-up (He et al.)',
  'lower learning rate',
  'extra batch norm',
  'gradient clipping',
  'scaling 0.1',
] as const;
export type Remedy = (typeof REMEDIES)[number];

/** What decides which remedy a run has. */
export type RemedyConfig = Pick<Config, 'network' | 'optimizer' | 'warmUp' | 'gradientClip'>;

/** The paper's learning rate (section 4); a lower one is a remedy. */
const PAPER_RATE = 0.045;

/**
 * The remedy of a config, by its settings. Throws a LabError for a config with several remedies or one that is none of
 * these.
 */
export function remedyOf(config: RemedyConfig): Remedy {
  const remedy = findRemedy(config);
  if (remedy !== undefined) return remedy;
  throw new LabError(
    `A config with warmUp ${JSON.stringify(config.warmUp)}, optimizer.learningRate ${config.optimizer.learningRate}, ` +
      `gradientClip ${config.gradientClip} and network.residualScale ${JSON.stringify(config.network.residualScale)} is none of ` +
      `the arms of "warmUp": expected one of ${REMEDIES.join(', ')} alone. Leave such runs out.`,
  );
}

/** The remedy of a config; undefined for one with several remedies or one that is none of these. */
export function findRemedy(config: RemedyConfig): Remedy | undefined {
  const found = [
    ...warmUpRemedy(config),
    ...(config.optimizer.learningRate < PAPER_RATE ? ['lower learning rate' as const] : []),
    ...(config.network.lastBatchNorm ? ['extra batch norm' as const] : []),
    ...(config.gradientClip !== undefined ? ['gradient clipping' as const] : []),
    ...scalingRemedy(config),
  ];
  return found.length === 0 ? 'nothing' : found.length === 1 ? found[0] : undefined;
}

function warmUpRemedy({ warmUp, optimizer }: RemedyConfig): readonly (Remedy | undefined)[] {
  if (!warmUp) return [];
  if (warmUp.untilError !== undefined) return ['long warm-up (He et al.)'];
  if (warmUp.learningRate === 0.00001) return ['warm-up at 1e-5'];
  const share = warmUp.learningRate / optimizer.learningRate;
  return [Math.abs(share - 0.01) < 1e-9 ? 'warm-up at 1/100 of the rate' : undefined];
}

function scalingRemedy({ network }: RemedyConfig): readonly (Remedy | undefined)[] {
  const { c } = network.residualScale;
  if (c === 1) return [];
  return [c === 0.1 ? 'scaling 0.1' : undefined];
}
