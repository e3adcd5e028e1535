/** What a step throws when it cannot be done: why, and what the user can do about it, both in plain words. */
export class Problem extends Error {
  constructor(reason, remedy) {
    super(reason);
    this.remedy = remedy;
  }
}

/** The remedies that several steps share. */
export const ONLINE = 'Run npm run setup again when the registry can be reached.';
export const AGAIN = 'Run npm run setup again.';
