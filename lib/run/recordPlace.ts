import path from 'node:path';

import { UsageError } from '../errors';
import { projectRoot } from '../projectRoot';

/** Runs are recorded under this name unless told otherwise. */
const DEFAULT_NAME = 'notebook';

/** Where a run is recorded. */
export interface RecordPlace {
  /** What the record says as its experiment. */
  readonly name: string;
  readonly folder: string;
}

/**
 * The place that `record` of the options names, results/<name>/; undefined where nothing is recorded.
 *
 * Throws a UsageError for what is not the name of a folder.
 */
export function recordPlace(record: string | false = DEFAULT_NAME): RecordPlace | undefined {
  if (record === false) {
    return undefined;
  }
  if (typeof record !== 'string' || !/^[A-Za-z0-9][\w-]*$/.test(record)) {
    throw new UsageError(
      `record is ${JSON.stringify(record)}: expected a name of letters, digits, "-" and "_", or false.`,
    );
  }
  return { name: record, folder: path.join(projectRoot(), 'results', record) };
}
