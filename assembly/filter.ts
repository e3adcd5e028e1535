import { panelWidth } from './tile';

/**
 * Copies a filter [rows, channels] into panels: for eight channels at a time all rows, for the last ones four.
 *
 * Channels that are missing in the last panel are zero.
 */
export function packFilter(filter: usize, panels: usize, rows: i32, channels: i32): void {
  for (let channel = 0; channel < channels; channel += 8) {
    const width = panelWidth(channels, channel);
    for (let row = 0; row < rows; row++) {
      copyStrided(filter + ((row * channels + channel) << 2), 1, channels - channel, panels, width);
      panels += width << 2;
    }
  }
}

/**
 * Packs the filter of an input gradient: turned by 180 degrees, input and output channels exchanged.
 *
 * Of the rows and columns of the filter [height, width, inChannels, outChannels] it takes every `rowStep`-th and
 * `columnStep`-th from `firstRow` and `firstColumn` on: those that meet one of the input's positions in `rowStep`.
 */
export function packTurnedFilter(
  filter: usize,
  panels: usize,
  height: i32,
  width: i32,
  inChannels: i32,
  outChannels: i32,
  firstRow: i32,
  firstColumn: i32,
  rowStep: i32,
  columnStep: i32,
): void {
  const lastRow = height - 1 - ((height - 1 - firstRow) % rowStep);
  const lastColumn = width - 1 - ((width - 1 - firstColumn) % columnStep);
  for (let channel = 0; channel < inChannels; channel += 8) {
    const panelColumns = panelWidth(inChannels, channel);
    for (let row = lastRow; row >= firstRow; row -= rowStep) {
      for (let column = lastColumn; column >= firstColumn; column -= columnStep) {
        const tap = filter + ((((row * width + column) * inChannels + channel) * outChannels) << 2);
        for (let out = 0; out < outChannels; out++) {
          copyStrided(tap + (out << 2), outChannels, inChannels - channel, panels, panelColumns);
          panels += panelColumns << 2;
        }
      }
    }
  }
}

/** Copies up to `width` of `count` floats that are `step` floats apart, and fills up with zeros. */
function copyStrided(source: usize, step: i32, count: i32, target: usize, width: i32): void {
  for (let index = 0; index < width; index++) {
    const value = index < count ? load<f32>(source + ((index * step) << 2)) : <f32>0;
    store<f32>(target + (index << 2), value);
  }
}
