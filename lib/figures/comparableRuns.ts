import { LabError } from '../errors';
import type { PaperNetwork } from '../results/paper';
import type { RunLine, RunRecord } from '../results/record';

/** The runs that a comparison of networks may use. */
export interface ComparableRuns {
  readonly finished: readonly RunRecord[];
  /** How many chosen runs are left out because they did not end as "done". */
  readonly unfinished: number;
}

/**
 * Chooses the finished runs of `networks`, and makes sure that they may be averaged and compared: within a network their
 * configs differ in the seed alone, between networks in the network too. `what` is named in the LabErrors.
 */
export function comparableRuns(
  what: string,
  networks: readonly PaperNetwork[],
  records: readonly RunRecord[],
  where: (run: RunLine) => boolean = () => true,
): ComparableRuns {
  const ofNetwork = (network: PaperNetwork, among: readonly RunRecord[]) =>
    among.filter(({ run }) => run.config.network.name === network);
  const chosen = networks.flatMap((network) =>
    ofNetwork(network, records).filter(({ run }) => where(run)),
  );
  const finished = chosen.filter(({ final }) => final?.status === 'done');
  const missing = networks.filter((network) => ofNetwork(network, finished).length === 0);
  if (missing.length > 0) {
    throw new LabError(
      `${what} compares ${networks.join(', ')}, but no finished run of ${missing.join(', ')} is recorded. ` +
        'Make it with: npm run lab -- run convergence --scale quick',
    );
  }
  const unequal = [
    ...networks.flatMap((network) => differences(ofNetwork(network, finished), ['seed'])),
    ...differences(finished, ['seed', 'network']),
  ];
  if (unequal.length > 0) {
    throw new LabError(
      `${what}: the runs are of unequal settings and cannot be compared; they differ in ${[...new Set(unequal)].join(', ')}. ` +
        'Choose among them by scale, or by a filter on the config.',
    );
  }
  return { finished, unfinished: chosen.length - finished.length };
}

/** The keys of the config, dotted, in which the runs differ, each with the values found; `ignored` top-level keys may. */
function differences(records: readonly RunRecord[], ignored: readonly string[]): string[] {
  const configs = records.map(({ run }) => {
    const kept = Object.entries(run.config).filter(([key]) => !ignored.includes(key));
    return new Map(leaves(Object.fromEntries(kept), ''));
  });
  const keys = new Set(configs.flatMap((config) => [...config.keys()]));
  return [...keys].flatMap((key) => {
    const values = new Set(configs.map((config) => config.get(key) ?? 'none'));
    return values.size > 1 ? [`${key} (${[...values].join(', ')})`] : [];
  });
}

function leaves(value: object, prefix: string): [key: string, value: string][] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? leaves(inner, `${prefix}${key}.`)
      : [[`${prefix}${key}`, typeof inner === 'string' ? inner : JSON.stringify(inner)]],
  );
}
