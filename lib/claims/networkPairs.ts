import type { PaperNetwork } from '../results/paper';
import type { RunRecord } from '../results/record';
import { type SeedPair, seedPairs } from './seedPairs';

/** The pairs of finished runs of two networks, seed by seed. */
export function networkSeedPairs(
  records: readonly RunRecord[],
  plain: PaperNetwork,
  residual: PaperNetwork,
): readonly SeedPair[] {
  return seedPairs(records, isOf(plain), isOf(residual));
}

/** Whether a run is of a network. */
export function isOf(network: PaperNetwork): (record: RunRecord) => boolean {
  return ({ run }) => run.config.network.name === network;
}
