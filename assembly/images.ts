/**
 * Copies images [images, height, width, channels] into larger ones, at (top, left), with zeros around.
 *
 * Rows and columns that do not fit are left out.
 */
export function padImages(
  source: usize,
  target: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  targetHeight: i32,
  targetWidth: i32,
  top: i32,
  left: i32,
): void {
  const rowBytes = (width * channels) << 2;
  const targetRowBytes = (targetWidth * channels) << 2;
  const rows = min(height, targetHeight - top);
  const keptBytes = (min(width, targetWidth - left) * channels) << 2;
  memory.fill(target, 0, images * targetHeight * targetRowBytes);
  for (let image = 0; image < images; image++) {
    let from = source + image * height * rowBytes;
    let to = target + (image * targetHeight + top) * targetRowBytes + ((left * channels) << 2);
    for (let row = 0; row < rows; row++) {
      memory.copy(to, from, keptBytes);
      from += rowBytes;
      to += targetRowBytes;
    }
  }
}
