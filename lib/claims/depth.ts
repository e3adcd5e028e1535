import { listed } from '../report/format';
import { spread } from '../report/summary';
import type { PaperNetwork } from '../results/paper';
import type { Claim, ClaimRecords, Measurement } from './claim';
import { networkSeedPairs } from './networkPairs';
import { runsOf, type SeedPair } from './seedPairs';
import { speedUps } from './speedUp';
import { counted, meanAndRange, paperName, scaleOf } from './texts';
import { ruleOfEffects, verdictOfEffects } from './verdicts';

const PAIRS: readonly (readonly [plain: PaperNetwork, residual: PaperNetwork])[] = [
  ['inception-v3', 'inception-resnet-v1'],
  ['inception-v4', 'inception-resnet-v2'],
];

/** A pair of networks at both depths. */
interface Compared {
  readonly plain: PaperNetwork;
  readonly residual: PaperNetwork;
  readonly deep: readonly SeedPair[];
  readonly shallow: readonly SeedPair[];
}

/** Whether the advantage of the residual networks is one of deep networks: the kit's own question. */
export function depthClaim(deviations: string): Claim {
  return {
    ...{ id: 'depth-decides', experiment: 'convergence', section: "the kit's own question" },
    deviations,
    title: 'The advantage of the residual networks grows with depth',
    says: () =>
      'Nothing: it trains networks of one depth. He et al. need shortcuts for very deep networks only, the paper doubts the need.',
    expects: () => 'nothing',
    rule: ruleOfEffects(
      'seed of both pairs',
      'the ratio of epochs (see `v1-speed`) is larger at the depth of the figures than in shallow networks',
    ),
    measure,
  };
}

function measure(records: ClaimRecords): Measurement | undefined {
  const compared = PAIRS.flatMap(([plain, residual]): readonly Compared[] => {
    const deep = networkSeedPairs(records.runs.convergence ?? [], plain, residual);
    const shallow = networkSeedPairs(records.shallow ?? [], plain, residual);
    return deep.length > 0 && shallow.length > 0 ? [{ plain, residual, deep, shallow }] : [];
  });
  if (compared.length === 0) return undefined;
  const runs = compared.flatMap(({ deep, shallow }) => [...runsOf(deep), ...runsOf(shallow)]);
  return {
    value: `${mean(compared.map(({ deep }) => deep))} against ${mean(compared.map(({ shallow }) => shallow))} times`,
    runs: counted(runs.length, 'run'),
    details: compared.map(inWords).join(' '),
    verdict: verdictOfEffects(
      compared.flatMap(({ deep, shallow }) => gains(deep, spread(ratioList(shallow)).mean)),
    ),
    scale: scaleOf(runs),
  };
}

function inWords({ plain, residual, deep, shallow }: Compared): string {
  return (
    `${paperName(plain)} against ${paperName(residual)}: ${ratios(deep)} times at the depth of the figures, ` +
    `${ratios(shallow)} times in shallow networks.`
  );
}

/** The mean ratios of both pairs of networks: "3.2 and 3.1". */
function mean(pairs: readonly (readonly SeedPair[])[]): string {
  return listed(pairs.map((own) => spread(ratioList(own)).mean.toFixed(1)));
}

const ratioList = (pairs: readonly SeedPair[]): readonly number[] => speedUps(pairs, 'top1');

const ratios = (pairs: readonly SeedPair[]): string => meanAndRange(ratioList(pairs), 2);

/** By how much the deep ratios are above the mean of the shallow ones. */
const gains = (deep: readonly SeedPair[], shallow: number): readonly number[] =>
  ratioList(deep).map((ratio) => ratio - shallow);
