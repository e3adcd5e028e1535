import sharp, { type Metadata, type Sharp } from 'sharp';

import { ImageError } from './imageError';
import { readImageFile } from './imageFile';
import type { ImageSource, Picture } from './picture';

/** Images with more pixels are refused, before memory is taken for them. */
export const MAX_PIXELS = 100e6;

/**
 * The pixels of an image as Google's decoders give them, turned upright.
 *
 * As TensorFlow's decode_jpeg and decode_png (and Pillow's convert('RGB')) do: grey levels become red, green and blue;
 * of 16 bits the upper 8 are kept; transparency is dropped, not blended; colour profiles are ignored; cyan, magenta, yellow
 * and black become `(255 - ink) * (255 - black) / 255`. Other than there, the EXIF orientation is obeyed. The decoder is
 * libjpeg-turbo with its exact cosine transform, so that bytes can differ by a few from those of TensorFlow's fast one.
 *
 * Throws an ImageError where a file cannot be read (see `readImageFile`), is damaged, ends too early, or has more than
 * 100 megapixels. What libjpeg merely warns about (such as extra bytes before a marker, in some of ImageNet) is no error.
 */
export async function decodeImage(source: ImageSource): Promise<Picture> {
  if ('picture' in source) return checked(source.picture);
  const { file } = source;
  const content = await readImageFile(file);
  const { width, height, space } = await readHeader(file, content);
  if (width * height > MAX_PIXELS) {
    const megapixels = (pixels: number): number => Math.ceil(pixels / 1e6);
    throw new ImageError(
      file,
      `has ${width}x${height} pixels, ${megapixels(width * height)} megapixels; up to ${megapixels(MAX_PIXELS)} are read`,
    );
  }
  const upright = sharp(content, { ...DECODING, limitInputPixels: MAX_PIXELS, autoOrient: true });
  return space === 'cmyk' ? fromInks(file, upright) : fromLight(file, upright);
}

function checked(picture: Picture): Picture {
  const { width, height, pixels } = picture;
  if (pixels.length !== 3 * width * height) {
    throw new RangeError(`${pixels.length} bytes are no RGB picture of ${width}x${height}.`);
  }
  return picture;
}

const DECODING = { failOn: 'error', ignoreIcc: true } as const;

async function readHeader(file: string, content: Buffer): Promise<Metadata> {
  try {
    return await sharp(content, { ...DECODING, limitInputPixels: false }).metadata();
  } catch (error) {
    throw damaged(file, error);
  }
}

async function fromLight(file: string, image: Sharp): Promise<Picture> {
  const { data, width, height } = await rawPixels(
    file,
    image.removeAlpha().toColourspace('srgb'),
    3,
  );
  return { width, height, pixels: data };
}

async function fromInks(file: string, image: Sharp): Promise<Picture> {
  const { data, width, height } = await rawPixels(
    file,
    image.pipelineColourspace('cmyk').toColourspace('cmyk'),
    4,
  );
  const pixels = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < pixels.length; from += 4, to += 3) {
    const light = 255 - data[from + 3];
    for (let channel = 0; channel < 3; channel++) {
      pixels[to + channel] = ((255 - data[from + channel]) * light) / 255;
    }
  }
  return { width, height, pixels };
}

interface RawPixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

async function rawPixels(file: string, image: Sharp, channels: 3 | 4): Promise<RawPixels> {
  const { data, info } = await image
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw damaged(file, error);
    });
  const { width, height } = info;
  if (info.channels !== channels || data.length !== width * height * channels) {
    throw new ImageError(file, `has ${info.channels} channels where ${channels} were expected`);
  }
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height };
}

function damaged(file: string, error: unknown): ImageError {
  const message = error instanceof Error ? error.message : String(error);
  return new ImageError(file, `is damaged or cut off: ${message.trim().split('\n')[0]}`);
}
