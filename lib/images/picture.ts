/** 8-bit RGB pixels, [height, width, 3], row-major. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** A part of an image, in pixels from its upper left corner. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** Where an image comes from: a JPEG or PNG file, or pixels in memory. */
export type ImageSource = { readonly file: string } | { readonly picture: Picture };
