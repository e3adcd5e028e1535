import { tabulatePositions } from './positions';
import {
  multiplyTiles,
  paddedColumns,
  panelWidth,
  tabulateRows,
  TILE_FLOATS,
  TILE_ROWS,
} from './tile';
import { Vector } from './vector';

/** Floats for the sums of a filter gradient, tile by tile. */
export function sizeOfFilterGradientSums(filterRows: i32, rowLength: i32, channels: i32): i32 {
  const tiles = (paddedColumns(rowLength) / TILE_ROWS) * ((channels + 7) >> 3);
  return filterRows * tiles * TILE_FLOATS;
}

/**
 * dL/dFilter [filterRows, rowLength, channels] from an input without a margin to mind and dL/dOutput (`errors`).
 *
 * For every row of the filter that is a matrix product: the windows, [positions, rowLength], transposed, times the
 * errors, [positions, channels]. `chunk` positions at a time are gathered into panels, so that both stay in the cache.
 * Work space: `table` chunk + 8 u32, chunk being a multiple of four; `inputPanels` and `errorPanels` chunk times their
 * padded columns.
 */
export function filterGradient(
  input: usize,
  errors: usize,
  gradient: usize,
  sums: usize,
  table: usize,
  inputPanels: usize,
  errorPanels: usize,
  chunk: i32,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  inputImagePitch: i32,
  inputRowPitch: i32,
  inputColumnPitch: i32,
  filterRows: i32,
  filterRowPitch: i32,
  rowLength: i32,
): void {
  const positions = images * height * width;
  const sumsOfRow = sizeOfFilterGradientSums(1, rowLength, channels) << 2;
  const tileTables = table + (chunk << 2);
  tabulateRows(tileTables, TILE_ROWS, 4);
  tabulateRows(tileTables + 16, TILE_ROWS, 32);
  for (let start = 0; start < positions; start += chunk) {
    const count = min(chunk, positions - start);
    tabulatePositions(table, start, count, 1, positions, 0, 0, channels);
    gatherPanels(errors, table, count, channels, 8, errorPanels);
    tabulatePositions(
      table,
      start,
      count,
      height,
      width,
      inputImagePitch,
      inputRowPitch,
      inputColumnPitch,
    );
    for (let row = 0; row < filterRows; row++) {
      const windows = input + ((row * filterRowPitch) << 2);
      gatherPanels(windows, table, count, rowLength, 4, inputPanels);
      addProducts(
        inputPanels,
        errorPanels,
        count,
        rowLength,
        channels,
        sums + row * sumsOfRow,
        tileTables,
        start == 0,
      );
    }
  }
  for (let row = 0; row < filterRows; row++) {
    const target = gradient + ((row * rowLength * channels) << 2);
    storeSums(sums + row * sumsOfRow, target, rowLength, channels);
  }
}

/** Copies `columns` floats from each place in the table into panels of `width` columns (the last may have four). */
function gatherPanels(
  source: usize,
  table: usize,
  count: i32,
  columns: i32,
  width: i32,
  panels: usize,
): void {
  const whole = columns / width;
  const panelBytes = (count * width) << 2;
  const rest = columns - whole * width;
  for (let index = 0; index < count; index++) {
    let place = source + load<u32>(table + (index << 2));
    let target = panels + ((index * width) << 2);
    for (let panel = 0; panel < whole; panel++) {
      v128.store(target, v128.load(place));
      if (width > 4) v128.store(target, v128.load(place, 16), 16);
      place += width << 2;
      target += panelBytes;
    }
    if (rest > 0) {
      gatherRest(place, rest, panels + whole * panelBytes, index);
    }
  }
}

/** Copies the last columns of one place, fewer than a panel has. */
function gatherRest(place: usize, rest: i32, panel: usize, index: i32): void {
  const target = panel + ((index * panelWidth(rest, 0)) << 2);
  v128.store(target, Vector.load(place, rest));
  if (rest > 4) {
    v128.store(target, Vector.load(place + 16, rest - 4), 16);
  }
}

/** Adds the product of a chunk, transposed input times errors, to the sums, tile by tile. */
function addProducts(
  inputPanels: usize,
  errorPanels: usize,
  count: i32,
  rowLength: i32,
  channels: i32,
  sums: usize,
  tables: usize,
  isFirst: bool,
): void {
  for (let channel = 0; channel < channels; channel += 8) {
    const width = panelWidth(channels, channel);
    let rows = inputPanels;
    for (let row = 0; row < rowLength; row += TILE_ROWS) {
      multiplyTiles(width, rows, tables, 16, errorPanels, count, sums, tables + 16, isFirst, 1);
      rows += count << 4;
      sums += TILE_FLOATS << 2;
    }
    errorPanels += (count * width) << 2;
  }
}

/** Writes sums, tile by tile, as [rowLength, channels]. */
function storeSums(sums: usize, target: usize, rowLength: i32, channels: i32): void {
  for (let channel = 0; channel < channels; channel += 8) {
    const left = channels - channel;
    for (let row = 0; row < paddedColumns(rowLength); row++) {
      if (row < rowLength) {
        const place = target + ((row * channels + channel) << 2);
        Vector.store(place, v128.load(sums), left);
        if (left > 4) {
          Vector.store(place + 16, v128.load(sums, 16), left - 4);
        }
      }
      sums += 32;
    }
  }
}
