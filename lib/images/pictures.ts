import type { PictureRequest } from './crops';
import type { Box, Picture } from './picture';
import { scalePicture } from './scale';

/** The pictures that were asked for, in this order; what several of them start from is scaled once. */
export function requestedPictures(
  image: Picture,
  requests: readonly PictureRequest[],
): readonly Picture[] {
  const scaled = new Map<string, Picture>();
  const scaledOnce = (region: Box, width: number, height: number): Picture => {
    const key = JSON.stringify([region, width, height]);
    const made = scaled.get(key) ?? scalePicture(image, region, width, height);
    scaled.set(key, made);
    return made;
  };
  return requests.map(({ region, width, height, square }) => {
    const picture = scaledOnce(region, width, height);
    return square ? scalePicture(picture, square, square.size, square.size) : picture;
  });
}
