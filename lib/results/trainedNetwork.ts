import type { NetworkConfig } from '../models/networks';
import type { RunRecord } from './record';

/**
 * The network of a run as it was after some step, or at the end: that of its config, with the residual scaling to which it was
 * steered last.
 */
export function trainedNetwork(
  { run, changes }: Pick<RunRecord, 'run' | 'changes'>,
  step = Infinity,
): NetworkConfig {
  const { network } = run.config;
  const scales = changes
    .filter((change) => change.step <= step)
    .map(({ residualScale }) => residualScale)
    .filter((scale) => scale !== undefined);
  const residualScale = scales.at(-1) ?? network.residualScale;
  return { ...network, residualScale };
}
