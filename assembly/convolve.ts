import { tabulatePositions } from './positions';
import { multiplyTiles, panelWidth, tabulateRows, TILE_ROWS } from './tile';
import { Vector } from './vector';

/** Positions that share a panel of the filter while it is in the cache. */
const BLOCK: i32 = 64;

/** Floats of work space that `convolve` needs: where windows and outputs of a block begin, and eight sums for each. */
export function sizeOfConvolveWorkspace(): i32 {
  return (2 + 1 + 8) * BLOCK;
}

/**
 * A convolution as a matrix product: output [images, height, width, channels] from an input without a margin to mind.
 *
 * A window is `filterRows` runs of `rowLength` floats (filter width times input depth), `filterRowPitch` apart. The
 * filter comes in panels, see `packFilter`. All pitches are in floats, so that the output may be every other position.
 */
export function convolve(
  input: usize,
  panels: usize,
  output: usize,
  workspace: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  inputImagePitch: i32,
  inputRowPitch: i32,
  inputColumnPitch: i32,
  outputImagePitch: i32,
  outputRowPitch: i32,
  outputColumnPitch: i32,
  filterRows: i32,
  filterRowPitch: i32,
  rowLength: i32,
): void {
  const positions = images * height * width;
  const windows = workspace;
  const targets = windows + (BLOCK << 2);
  const sumRows = targets + (BLOCK << 2);
  tabulateRows(sumRows, BLOCK, 32);
  for (let start = 0; start < positions; start += BLOCK) {
    const count = min(BLOCK, positions - start);
    tabulatePositions(
      windows,
      start,
      count,
      height,
      width,
      inputImagePitch,
      inputRowPitch,
      inputColumnPitch,
    );
    tabulatePositions(
      targets,
      start,
      count,
      height,
      width,
      outputImagePitch,
      outputRowPitch,
      outputColumnPitch,
    );
    let panel = panels;
    for (let channel = 0; channel < channels; channel += 8) {
      const columns = panelWidth(channels, channel);
      const isWhole = channel + columns <= channels;
      const sums = isWhole ? output + (channel << 2) : sumRows + (BLOCK << 2);
      const sumTable = isWhole ? targets : sumRows;
      multiplyWindows(
        input,
        windows,
        count,
        panel,
        columns,
        filterRows,
        filterRowPitch,
        rowLength,
        sums,
        sumTable,
      );
      if (!isWhole) {
        copyRows(sums, output + (channel << 2), targets, count, channels - channel);
      }
      panel += (filterRows * rowLength * columns) << 2;
    }
  }
}

/** The products of `count` windows with a panel of the filter, a row of the filter after the other. */
function multiplyWindows(
  input: usize,
  windows: usize,
  count: i32,
  panel: usize,
  columns: i32,
  filterRows: i32,
  filterRowPitch: i32,
  rowLength: i32,
  sums: usize,
  sumTable: usize,
): void {
  const tiles = (count + TILE_ROWS - 1) / TILE_ROWS;
  for (let row = 0; row < filterRows; row++) {
    multiplyTiles(columns, input, windows, 4, panel, rowLength, sums, sumTable, row == 0, tiles);
    input += filterRowPitch << 2;
    panel += (rowLength * columns) << 2;
  }
}

/** Copies the first `columns` floats of sums to where the table says. */
function copyRows(sums: usize, output: usize, targets: usize, count: i32, columns: i32): void {
  for (let row = 0; row < count; row++) {
    const target = output + load<u32>(targets + (row << 2));
    const values = sums + (row << 5);
    Vector.store(target, v128.load(values), columns);
    if (columns > 4) {
      Vector.store(target + 16, v128.load(values, 16), columns - 4);
    }
  }
}
