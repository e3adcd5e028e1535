/** What a step throws when it cannot be done: why, and what the user can do before the next try, in plain words. */
export class Problem extends Error {
  constructor(reason, remedy) {
    super(reason);
    this.remedy = remedy;
  }
}

/** The remedy wherever a registry does not answer. */
export const ONLINE = 'Connect to the network, and leave out --offline.';
