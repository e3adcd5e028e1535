import type { BenchResult } from '../bench/benchRecord';
import type { EvaluationRecord } from '../results/evaluationRecord';
import type { Paper } from '../results/paper';
import type { RunRecord } from '../results/record';

/** What the records say of a claim; always computed by the claim's rule. */
export type Verdict = 'holds' | 'holds weaker' | 'not seen' | 'contradicted';

/** The records that claims are judged by, all of one scale. */
export interface ClaimRecords {
  readonly paper: Paper;
  /** Runs that ended, by experiment; those of `convergence` share the newest setting. */
  readonly runs: Readonly<Partial<Record<ClaimExperiment, readonly RunRecord[]>>>;
  /** Runs of `convergence` of networks with fewer blocks. */
  readonly shallow?: readonly RunRecord[];
  /** Evaluations with several crops and of ensembles. */
  readonly evaluations: readonly EvaluationRecord[];
  /** Times on an idle machine. */
  readonly bench?: BenchResult;
}

/** The experiments, in the order of their claims. */
export const CLAIM_EXPERIMENTS = [
  'convergence',
  'residualScaling',
  'warmUp',
  'optimizers',
  'crops',
  'ensembles',
] as const;
export type ClaimExperiment = (typeof CLAIM_EXPERIMENTS)[number];

/** What was measured of a claim. */
export interface Measurement {
  /** In short: mean and range over seeds. */
  readonly value: string;
  /** How many runs or evaluations it is of, e.g. "6 runs". */
  readonly runs: string;
  /** What else the records say, as whole sentences. */
  readonly details?: string;
  readonly verdict: Verdict;
  /** Data, length and size of what was run. */
  readonly scale: string;
}

/** A claim of the paper, or of the kit where `section` says so, and the rule by which records decide on it. */
export interface Claim {
  /** Never changes, so that it can be cited. */
  readonly id: string;
  readonly experiment: ClaimExperiment;
  readonly section: string;
  /** The claim in a few words. */
  readonly title: string;
  /** What the paper says, with its numbers. */
  readonly says: (paper: Paper) => string;
  /** Its numbers alone, or in a word what it says. */
  readonly expects: (paper: Paper) => string;
  /** When the verdict is which. */
  readonly rule: string;
  /** How the experiment departs from the paper's. */
  readonly deviations: string;
  /** Undefined when the records do not have what it takes. */
  readonly measure: (records: ClaimRecords) => Measurement | undefined;
}
