import { readFileSync, statSync } from 'node:fs';

import { UsageError } from '../errors';
import { type Reference, referenceSchema } from './schema';

/** A reference with six networks has 0.3 MB; a file of another kind is not worth reading. */
const LARGEST_FILE = 64 * 1024 * 1024;

/** How many faults of a file a message names. */
const NAMED_FAULTS = 3;

/** Reads a reference file. Throws a UsageError for a file that is missing, too large or not of the format. */
export function readReference(file: string): Reference {
  const parsed = referenceSchema.safeParse(parseJson(file, readText(file)));
  if (parsed.success) {
    return parsed.data;
  }
  const { issues } = parsed.error;
  const faults = issues
    .slice(0, NAMED_FAULTS)
    .map(({ path, message }) => `  ${path.join('.') || 'the file'}: ${message}`);
  const more = issues.length > NAMED_FAULTS ? [`  and ${issues.length - NAMED_FAULTS} more`] : [];
  throw new UsageError([`${file} is not a reference file:`, ...faults, ...more].join('\n'));
}

function readText(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > LARGEST_FILE) {
      throw new UsageError(
        `${file} has ${size} bytes: a reference file has at most ${LARGEST_FILE}.`,
      );
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : message;
    throw new UsageError(`Cannot read the reference ${file}: ${reason}.`);
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not a reference file: it is not JSON.`);
  }
}
