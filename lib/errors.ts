/** A mistake in what the user asked for (unknown key, bad value); the command line answers it with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something that the machine or a file does not provide (missing data, corrupt record); exit code 1, message only. */
export class LabError extends Error {
  override readonly name = 'LabError';
}
