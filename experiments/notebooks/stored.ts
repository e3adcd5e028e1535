import { isDeepStrictEqual } from 'node:util';

import { canonicalOutputs } from './canonical';
import { type Cell, cellName, LIVE } from './notebook';

/**
 * The executed cells, with the stored outputs of the cells tagged `live` in the place of new ones, so that writing a notebook
 * twice changes nothing; a live cell without stored outputs keeps its new ones.
 */
export function withStoredLiveOutputs(
  executed: readonly Cell[],
  stored: readonly Cell[],
): readonly Cell[] {
  return executed.map((cell, index) => {
    const { outputs } = stored[index];
    return cell.tags.includes(LIVE) && outputs.length > 0 ? { ...cell, outputs } : cell;
  });
}

/** The cells, live ones aside, whose outputs are not the stored ones; each as a message calls it. */
export function staleCells(executed: readonly Cell[], stored: readonly Cell[]): readonly string[] {
  return executed
    .filter((cell, index) => !cell.tags.includes(LIVE) && !sameOutputs(cell, stored[index]))
    .map((cell) => cellName(executed, cell));
}

function sameOutputs(cell: Cell, stored: Cell): boolean {
  return isDeepStrictEqual(canonicalOutputs(cell), canonicalOutputs(stored));
}
