import util from 'node:util';

/** The type tests that tfjs-node 4.22 takes from `node:util` and that Node 23 removed from it. */
const REMOVED_FROM_NODE_23 = {
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
  isArray: (value: unknown): boolean => Array.isArray(value),
};

/** Gives `node:util` back what tfjs-node looks up there on every operation; does nothing on Node 20 and 22. */
export function restoreNodeUtil(): void {
  for (const [name, test] of Object.entries(REMOVED_FROM_NODE_23)) {
    if (!(name in util)) {
      Object.defineProperty(util, name, { value: test, configurable: true });
    }
  }
}
