import { judgeClaims } from '../claims/catalogue';
import { CLAIM_EXPERIMENTS, type ClaimExperiment } from '../claims/claim';
import { LabError, UsageError } from '../errors';
import {
  ERROR_TABLES,
  type ErrorTable,
  errorTable,
  type ErrorTableNumber,
} from '../report/errorTables';
import { readClaimRecords } from '../results/claimRecords';
import { recordedEvaluations, type ScaleEvaluations } from '../results/evaluationList';
import { readPaper } from '../results/paper';
import type { Scale } from '../results/scale';

/** A claim of the paper beside what the records say of it. */
export interface ClaimRow {
  readonly [column: string]: string;
  readonly claim: string;
  readonly paper: string;
  readonly here: string;
  readonly verdict: string;
}

/**
 * The claims that an experiment decides on, for `showTable`: what the paper says, what was measured (mean, lowest and highest
 * over runs) and the verdict by the claim's rule (results/README.md). From the committed records unless a scale is given.
 *
 * Throws a UsageError for an unknown experiment.
 */
export function claimRows(
  experiment: ClaimExperiment,
  scale: Scale = 'standard',
): readonly ClaimRow[] {
  if (!CLAIM_EXPERIMENTS.includes(experiment)) {
    throw new UsageError(
      `There are no claims of "${String(experiment)}": expected one of ${CLAIM_EXPERIMENTS.join(', ')}.`,
    );
  }
  const records = readClaimRecords(scale);
  return judgeClaims(records)
    .filter(({ claim }) => claim.experiment === experiment)
    .map(({ claim, measured }) => ({
      claim: claim.title,
      paper: claim.expects(records.paper),
      here: measured ? `${measured.value} (${measured.runs})` : '-',
      verdict: measured?.verdict ?? 'not run',
    }));
}

/**
 * One of the paper's tables of errors, 2 to 5, with the same here beside it, for `showTable`; from the largest scale that has
 * evaluations unless one is given.
 *
 * Throws a UsageError for another table and a LabError where no evaluation belongs into it.
 */
export function errorTableRows(
  number: ErrorTableNumber,
  scale?: Scale,
): readonly Readonly<Record<string, string>>[] {
  if (!ERROR_TABLES.includes(number)) {
    throw new UsageError(
      `Table ${String(number)} has no errors to compare: expected one of ${ERROR_TABLES.join(', ')}.`,
    );
  }
  const [table] = recordedErrorTables([number], recordedEvaluations(['crops', 'ensembles'], scale));
  const [head, ...rows] = table.cells;
  return rows.map((cells) => Object.fromEntries(cells.map((cell, index) => [head[index], cell])));
}

/** The tables that there are evaluations for, 2 to 5. Throws a LabError when there are none. */
export function recordedErrorTables(
  numbers: readonly ErrorTableNumber[],
  { evaluations }: ScaleEvaluations,
): readonly ErrorTable[] {
  const paper = readPaper();
  const tables = numbers.flatMap((number) => errorTable(number, paper, evaluations) ?? []);
  if (tables.length === 0) {
    throw new LabError(
      `No recorded evaluation belongs into Table ${numbers.join(' or ')}. ` +
        `Make them with: npm run lab -- run ${numbers.includes(5) ? 'ensembles' : 'crops'}`,
    );
  }
  return tables;
}
