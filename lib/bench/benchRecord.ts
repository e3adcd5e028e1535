import { describeEnvironment, describeGit } from '../results/environment';
import type { BuildTimes } from './buildCase';
import type { CompileTimes } from './compileCase';
import { TUNED_ALLOCATOR } from './contestants';
import type { ImagesTimes } from './imagesCase';
import type { InputTimes } from './inputCase';
import type { MemoryCourse } from './memoryCase';
import type { StartTimes } from './startCase';
import type { WorkResult } from './workCase';

/** Under which conditions was measured. */
export interface BenchConditions {
  readonly environment: ReturnType<typeof describeEnvironment>;
  /** Variables that decide threads and memory of the programs, as far as they were set. */
  readonly variables: Readonly<Record<string, string>>;
  /** What "tuned" adds to them. */
  readonly tunedAllocator: Readonly<Record<string, string>>;
}

/** The source of a measurement. */
export interface Provenance {
  readonly commit: string | null;
  readonly dirty: boolean | null;
  /** ISO 8601. */
  readonly measured: string;
}

/** What `lab bench --json` prints, case by case; a case that was not asked for is absent. */
export interface BenchResult extends BenchConditions {
  readonly build?: BuildTimes & Provenance;
  readonly startup?: Provenance & { readonly programs: readonly StartTimes[] };
  readonly compile?: Provenance & { readonly networks: readonly CompileTimes[] };
  readonly input?: InputTimes & Provenance;
  readonly images?: ImagesTimes & Provenance;
  readonly memory?: MemoryCourse & Provenance;
  /** Training and evaluation. */
  readonly works?: readonly (WorkResult & Provenance)[];
}

const VARIABLES =
  /^(MALLOC_|OMP_|GOMP_|KMP_|TF_NUM_|TF_ENABLE_ONEDNN|ONEDNN_|LD_PRELOAD|GLIBC_TUNABLES)/;

/** The conditions of this process, which the programs that it starts inherit. */
export function benchConditions(): BenchConditions {
  const set = Object.entries(process.env).filter(([name]) => VARIABLES.test(name));
  return {
    environment: describeEnvironment(),
    variables: Object.fromEntries(set) as Record<string, string>,
    tunedAllocator: TUNED_ALLOCATOR,
  };
}

/** Which commit is measured now. */
export function provenance(): Provenance {
  return { ...describeGit(), measured: new Date().toISOString() };
}

/**
 * A record with a newer result in it: a case or a piece of work that was measured again replaces the older one.
 *
 * What was measured under other conditions is dropped, since times of two machines do not belong in one table.
 */
export function mergeResults(older: BenchResult | undefined, newer: BenchResult): BenchResult {
  if (!older || conditionsText(older) !== conditionsText(newer)) {
    return newer;
  }
  const key = ({ network, phase, precision }: WorkResult) => `${network} ${phase} ${precision}`;
  const works = new Map((older.works ?? []).map((work) => [key(work), work]));
  newer.works?.forEach((work) => works.set(key(work), work));
  return { ...older, ...newer, ...(works.size > 0 && { works: [...works.values()] }) };
}

function conditionsText(conditions: BenchConditions): string {
  const { environment, variables, tunedAllocator } = conditions;
  return JSON.stringify([environment, variables, tunedAllocator]);
}
