import { type CropPlan, imageCrops, type PictureRequest } from '../../lib/images/crops';
import { ImageError } from '../../lib/images/imageError';
import type { Box, ImageSource, Picture } from '../../lib/images/picture';
import type { PreparedCrops } from '../../lib/images/preparation';

/** Prepares pictures in this thread, scaled by the nearest pixel; sources that are files cannot be read. */
export const PLAIN_PREPARER = {
  async *cropPictures(
    sources: Iterable<ImageSource>,
    plan: CropPlan,
  ): AsyncGenerator<PreparedCrops | ImageError> {
    for (const source of sources) {
      await Promise.resolve();
      yield 'file' in source
        ? new ImageError(source.file, 'is made up')
        : prepare(source.picture, plan);
    }
  },
};

function prepare(image: Picture, plan: CropPlan): PreparedCrops {
  const { width, height } = image;
  const { pictures } = imageCrops(width, height, plan);
  return { width, height, pictures: pictures.map((request) => pictureOf(image, request)) };
}

function pictureOf(image: Picture, request: PictureRequest): Picture {
  const { region, width, height, square } = request;
  const scaled = nearest(image, region, width, height);
  return square ? nearest(scaled, square, square.size, square.size) : scaled;
}

function nearest(image: Picture, part: Box, width: number, height: number): Picture {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < pixels.length; i++) {
    const [row, column] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width];
    const y = part.top + Math.floor((row * part.height) / height);
    const x = part.left + Math.floor((column * part.width) / width);
    pixels[i] = image.pixels[(y * image.width + x) * 3 + (i % 3)];
  }
  return { width, height, pixels };
}
