/**
 * Writes where the windows of the output positions [start, start + count) begin, relative to the first window.
 *
 * Positions are those of [images, height, width] in order; pitches are the floats between the windows of two images,
 * rows and columns. Entries are bytes, one u32 each; the last one is repeated up to the next multiple of four.
 */
export function tabulatePositions(
  table: usize,
  start: i32,
  count: i32,
  height: i32,
  width: i32,
  imagePitch: i32,
  rowPitch: i32,
  columnPitch: i32,
): void {
  let column = start % width;
  let row = (start / width) % height;
  let image = start / width / height;
  let offset: u32 = 0;
  for (let index = 0; index < count; index++) {
    offset = (image * imagePitch + row * rowPitch + column * columnPitch) << 2;
    store<u32>(table + (index << 2), offset);
    if (++column == width) {
      column = 0;
      if (++row == height) {
        row = 0;
        image++;
      }
    }
  }
  for (let index = count; index & 3; index++) {
    store<u32>(table + (index << 2), offset);
  }
}
