/** Images in memory: 8-bit RGB, [count, size, size, 3], and a label each. */
export interface ImageSet {
  readonly count: number;
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** A data set with its two splits. */
export interface Dataset {
  readonly name: string;
  /** Height and width of every image in pixels. */
  readonly imageSize: number;
  readonly classNames: readonly string[];
  readonly train: ImageSet;
  readonly test: ImageSet;
  /** Fingerprint of all bytes, for the record of a run. */
  readonly sha256: string;
}

/** Bytes of one image of this size. */
export function imageBytes(imageSize: number): number {
  return imageSize * imageSize * 3;
}

/** The first `count` images of a set (views, no copy). */
export function firstImages(images: ImageSet, count: number, imageSize: number): ImageSet {
  return {
    count,
    pixels: images.pixels.subarray(0, count * imageBytes(imageSize)),
    labels: images.labels.subarray(0, count),
  };
}
