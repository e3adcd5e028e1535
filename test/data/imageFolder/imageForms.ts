import sharp, { type Sharp } from 'sharp';

import type { Picture } from '../../../lib/images/picture';

/** The content of an image file, and the pixels that it shows. */
export interface MadeImage {
  readonly content: Buffer;
  readonly extension: 'jpg' | 'png';
  readonly picture: Picture;
}

/** A way to keep a picture in a file. */
export type ImageForm = (picture: Picture) => Promise<MadeImage>;

/** The forms in which data sets of photographs come, each JPEG orientation among them. */
export const IMAGE_FORMS: Readonly<Record<string, ImageForm>> = {
  jpeg: (picture) => jpeg(rgb(picture).jpeg({ quality: 92 })),
  png: (picture) => exact(picture, rgb(picture)),
  progressiveJpeg: (picture) => jpeg(rgb(picture).jpeg({ progressive: true, quality: 85 })),
  greyJpeg: (picture) => jpeg(grey(picture).toColourspace('b-w').jpeg()),
  greyPng: (picture) => exact(greyPicture(picture), grey(picture).toColourspace('b-w')),
  inksJpeg,
  transparentPng: (picture) => exact(picture, raw(withAlpha(picture.pixels, 3), picture, 4)),
  greyTransparentPng: (picture) =>
    exact(
      greyPicture(picture),
      raw(withAlpha(levels(picture), 1), picture, 2).toColourspace('b-w'),
    ),
  deepPng: (picture) =>
    exact(picture, raw(deep(picture.pixels), picture, 3).toColourspace('rgb16')),
  deepGreyPng: (picture) =>
    exact(greyPicture(picture), raw(deep(levels(picture)), picture, 1).toColourspace('grey16')),
  palettePng,
  ...Object.fromEntries(
    [2, 3, 4, 5, 6, 7, 8].map((orientation): [string, ImageForm] => [
      `jpegOrientation${orientation}`,
      (picture) => turnedJpeg(picture, orientation),
    ]),
  ),
};

function raw(
  values: Uint8Array | Uint16Array,
  { width, height }: Picture,
  channels: 1 | 2 | 3 | 4,
) {
  return sharp(values, { raw: { width, height, channels } });
}

function rgb(picture: Picture): Sharp {
  return raw(picture.pixels, picture, 3);
}

function grey(picture: Picture): Sharp {
  return raw(levels(picture), picture, 1);
}

function levels({ pixels }: Picture): Uint8Array {
  return Uint8Array.from({ length: pixels.length / 3 }, (_, index) =>
    Math.round((pixels[3 * index] + pixels[3 * index + 1] + pixels[3 * index + 2]) / 3),
  );
}

function greyPicture(picture: Picture): Picture {
  const values = levels(picture);
  return { ...picture, pixels: picture.pixels.map((_, index) => values[Math.floor(index / 3)]) };
}

/** Every pixel with another opacity. */
function withAlpha(values: Uint8Array, channels: number): Uint8Array {
  const pixels = values.length / channels;
  return Uint8Array.from({ length: pixels * (channels + 1) }, (_, index) => {
    const [pixel, channel] = [Math.floor(index / (channels + 1)), index % (channels + 1)];
    return channel === channels ? (pixel * 7) % 256 : values[pixel * channels + channel];
  });
}

/** 16-bit values whose lower half says nothing. */
function deep(values: Uint8Array): Uint16Array {
  return Uint16Array.from(values, (value, index) => 256 * value + ((index * 11) % 256));
}

/** PNG keeps the pixels as they are. */
async function exact(picture: Picture, image: Sharp): Promise<MadeImage> {
  return { content: await image.png().toBuffer(), extension: 'png', picture };
}

/** JPEG does not: what the file shows is what is decoded from it. */
async function jpeg(image: Sharp): Promise<MadeImage> {
  const content = await image.toBuffer();
  return { content, extension: 'jpg', picture: await storedPicture(content) };
}

async function palettePng(picture: Picture): Promise<MadeImage> {
  const content = await rgb(picture).png({ palette: true }).toBuffer();
  return { content, extension: 'png', picture: await storedPicture(content) };
}

async function inksJpeg(picture: Picture): Promise<MadeImage> {
  const content = await rgb(picture).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
  const { data } = await sharp(content)
    .pipelineColourspace('cmyk')
    .toColourspace('cmyk')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = picture.pixels.map((_, index) => {
    const [pixel, channel] = [Math.floor(index / 3), index % 3];
    return ((255 - data[4 * pixel + channel]) * (255 - data[4 * pixel + 3])) / 255;
  });
  return { content, extension: 'jpg', picture: { ...picture, pixels } };
}

async function turnedJpeg(picture: Picture, orientation: number): Promise<MadeImage> {
  const stored = unturned(picture, orientation);
  const content = await rgb(stored).jpeg({ quality: 92 }).withMetadata({ orientation }).toBuffer();
  const decoded = await storedPicture(content);
  return { content, extension: 'jpg', picture: turned(decoded, orientation) };
}

/** The pixels as they stand in the file, whatever its EXIF orientation. */
async function storedPicture(content: Buffer): Promise<Picture> {
  const { data, info } = await sharp(content)
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`${info.channels} channels`);
  return { width: info.width, height: info.height, pixels: data };
}

/** Where the pixel at x, y of an upright picture is stored under an EXIF orientation (Exif 2.3, table 6). */
function storedPlace(orientation: number, x: number, y: number, { width, height }: Picture) {
  const [right, bottom] = [width - 1 - x, height - 1 - y];
  const places: readonly (readonly [number, number])[] = [
    [x, y],
    [right, y],
    [right, bottom],
    [x, bottom],
    [y, x],
    [y, right],
    [bottom, right],
    [bottom, x],
  ];
  return places[orientation - 1];
}

function unturned(upright: Picture, orientation: number): Picture {
  const stored = sameSized(upright, orientation);
  eachPixel(upright, orientation, stored.width, (from, to) =>
    stored.pixels.set(upright.pixels.subarray(from, from + 3), to),
  );
  return stored;
}

function turned(stored: Picture, orientation: number): Picture {
  const upright = sameSized(stored, orientation);
  eachPixel(upright, orientation, stored.width, (to, from) =>
    upright.pixels.set(stored.pixels.subarray(from, from + 3), to),
  );
  return upright;
}

/** An empty picture that is as large as this one turned; orientations from 5 on exchange height and width. */
function sameSized({ width, height, pixels }: Picture, orientation: number): Picture {
  const size = orientation > 4 ? { width: height, height: width } : { width, height };
  return { ...size, pixels: new Uint8Array(pixels.length) };
}

function eachPixel(
  upright: Picture,
  orientation: number,
  storedWidth: number,
  visit: (upright: number, stored: number) => void,
): void {
  for (let y = 0; y < upright.height; y++) {
    for (let x = 0; x < upright.width; x++) {
      const [column, row] = storedPlace(orientation, x, y, upright);
      visit(3 * (y * upright.width + x), 3 * (row * storedWidth + column));
    }
  }
}
