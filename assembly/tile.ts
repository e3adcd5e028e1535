import { Vector } from './vector';

/** Rows of a tile, and the floats that its sums take: four rows of eight columns. */
export const TILE_ROWS: i32 = 4;
export const TILE_FLOATS: i32 = 32;

/** Columns of the panel that begins at column `start` of `columns`: eight, or four where four hold the rest. */
export function panelWidth(columns: i32, start: i32): i32 {
  return columns - start > 4 ? 8 : 4;
}

/** Columns of all panels together: `columns` rounded up to a multiple of four. */
export function paddedColumns(columns: i32): i32 {
  return (columns + 3) & ~3;
}

/** Writes `count` offsets, in bytes, that are `pitch` bytes apart: rows that follow one another. */
export function tabulateRows(table: usize, count: i32, pitch: i32): void {
  for (let row = 0; row < count; row++) {
    store<u32>(table + (row << 2), row * pitch);
  }
}

/**
 * sums[r][c] = (isFirst ? 0 : sums[r][c]) + sum over k < count of rows[r][k] * panel[k][c]; count > 0.
 *
 * There are 4 rows for each of the `tiles`, and as many columns as the panel has, 8 or 4. `rowTable` and `sumTable`
 * say where the rows begin, as offsets in bytes from `rows` and `sums`; the values of a row are `step` bytes apart.
 */
export function multiplyTiles(
  width: i32,
  rows: usize,
  rowTable: usize,
  step: i32,
  panel: usize,
  count: i32,
  sums: usize,
  sumTable: usize,
  isFirst: bool,
  tiles: i32,
): void {
  if (width > 4) {
    multiplyWideTiles(rows, rowTable, step, panel, count, sums, sumTable, isFirst, tiles);
  } else {
    multiplyNarrowTiles(rows, rowTable, step, panel, count, sums, sumTable, isFirst, tiles);
  }
}

/**
 * `multiplyTiles` for 8 columns. Eight sums, two columns and a row at a time fit the registers.
 *
 * Two values of k a round halve the cost of the loop. The exit between them also keeps V8 from mixing the two halves,
 * for which it would move sums to memory.
 */
function multiplyWideTiles(
  rows: usize,
  rowTable: usize,
  step: i32,
  panels: usize,
  counts: i32,
  sums: usize,
  sumTable: usize,
  isFirst: bool,
  tiles: i32,
): void {
  for (; tiles > 0; tiles--) {
    let panel = panels;
    let count = counts;
    const sums0 = sums + load<u32>(sumTable);
    const sums1 = sums + load<u32>(sumTable, 4);
    const sums2 = sums + load<u32>(sumTable, 8);
    const sums3 = sums + load<u32>(sumTable, 12);
    let a0 = f32x4.splat(0);
    let b0 = a0;
    let a1 = a0;
    let b1 = a0;
    let a2 = a0;
    let b2 = a0;
    let a3 = a0;
    let b3 = a0;
    if (!isFirst) {
      a0 = v128.load(sums0);
      b0 = v128.load(sums0, 16);
      a1 = v128.load(sums1);
      b1 = v128.load(sums1, 16);
      a2 = v128.load(sums2);
      b2 = v128.load(sums2, 16);
      a3 = v128.load(sums3);
      b3 = v128.load(sums3, 16);
    }
    let row = rows + load<u32>(rowTable);
    const to1 = rows + load<u32>(rowTable, 4) - row;
    const to2 = rows + load<u32>(rowTable, 8) - row;
    const to3 = rows + load<u32>(rowTable, 12) - row;
    while (true) {
      let left = v128.load(panel);
      let right = v128.load(panel, 16);
      let value = v128.load32_splat(row);
      a0 = Vector.multiplyAdd(value, left, a0);
      b0 = Vector.multiplyAdd(value, right, b0);
      value = v128.load32_splat(row + to1);
      a1 = Vector.multiplyAdd(value, left, a1);
      b1 = Vector.multiplyAdd(value, right, b1);
      value = v128.load32_splat(row + to2);
      a2 = Vector.multiplyAdd(value, left, a2);
      b2 = Vector.multiplyAdd(value, right, b2);
      value = v128.load32_splat(row + to3);
      a3 = Vector.multiplyAdd(value, left, a3);
      b3 = Vector.multiplyAdd(value, right, b3);
      if (--count == 0) break;
      row += step;
      left = v128.load(panel, 32);
      right = v128.load(panel, 48);
      value = v128.load32_splat(row);
      a0 = Vector.multiplyAdd(value, left, a0);
      b0 = Vector.multiplyAdd(value, right, b0);
      value = v128.load32_splat(row + to1);
      a1 = Vector.multiplyAdd(value, left, a1);
      b1 = Vector.multiplyAdd(value, right, b1);
      value = v128.load32_splat(row + to2);
      a2 = Vector.multiplyAdd(value, left, a2);
      b2 = Vector.multiplyAdd(value, right, b2);
      value = v128.load32_splat(row + to3);
      a3 = Vector.multiplyAdd(value, left, a3);
      b3 = Vector.multiplyAdd(value, right, b3);
      if (--count == 0) break;
      row += step;
      panel += 64;
    }
    v128.store(sums0, a0);
    v128.store(sums0, b0, 16);
    v128.store(sums1, a1);
    v128.store(sums1, b1, 16);
    v128.store(sums2, a2);
    v128.store(sums2, b2, 16);
    v128.store(sums3, a3);
    v128.store(sums3, b3, 16);
    rowTable += 16;
    sumTable += 16;
  }
}

/** `multiplyTiles` for 4 columns. */
function multiplyNarrowTiles(
  rows: usize,
  rowTable: usize,
  step: i32,
  panels: usize,
  counts: i32,
  sums: usize,
  sumTable: usize,
  isFirst: bool,
  tiles: i32,
): void {
  for (; tiles > 0; tiles--) {
    let panel = panels;
    let count = counts;
    const sums0 = sums + load<u32>(sumTable);
    const sums1 = sums + load<u32>(sumTable, 4);
    const sums2 = sums + load<u32>(sumTable, 8);
    const sums3 = sums + load<u32>(sumTable, 12);
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    if (!isFirst) {
      a0 = v128.load(sums0);
      a1 = v128.load(sums1);
      a2 = v128.load(sums2);
      a3 = v128.load(sums3);
    }
    let row = rows + load<u32>(rowTable);
    const to1 = rows + load<u32>(rowTable, 4) - row;
    const to2 = rows + load<u32>(rowTable, 8) - row;
    const to3 = rows + load<u32>(rowTable, 12) - row;
    for (; count > 0; count--) {
      const column = v128.load(panel);
      a0 = Vector.multiplyAdd(v128.load32_splat(row), column, a0);
      a1 = Vector.multiplyAdd(v128.load32_splat(row + to1), column, a1);
      a2 = Vector.multiplyAdd(v128.load32_splat(row + to2), column, a2);
      a3 = Vector.multiplyAdd(v128.load32_splat(row + to3), column, a3);
      row += step;
      panel += 16;
    }
    v128.store(sums0, a0);
    v128.store(sums1, a1);
    v128.store(sums2, a2);
    v128.store(sums3, a3);
    rowTable += 16;
    sumTable += 16;
  }
}
