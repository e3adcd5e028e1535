import { randomStream } from '../data/random';
import { changeColours, randomColourChanges } from './colours';
import { distortedBox } from './distortedBox';
import type { Picture } from './picture';
import type { PreparedInput, TrainingPreparation } from './preparation';
import { scalePicture } from './scale';
import { writeCrop } from './writeCrop';

/**
 * One randomly distorted input of a decoded image, as slim's `preprocess_for_train` makes it without its fast mode: a random
 * part of the image scaled to the input size, mirrored half the time, its colours changed, clipped to their range.
 *
 * There, one of four kinds of scaling is drawn; here it is always that of evaluation, so that a network sees in training
 * what it is evaluated on. The seed of the preparation decides all that is random.
 */
export function trainingInput(
  image: Picture,
  { inputSize, seed }: TrainingPreparation,
): PreparedInput {
  const random = randomStream(seed);
  const part = distortedBox(image.width, image.height, random);
  const mirrored = random() < 0.5;
  const changes = randomColourChanges(random);
  const scaled = scalePicture(image, part, inputSize, inputSize);
  const pixels = new Float32Array(inputSize * inputSize * 3);
  writeCrop(scaled, { top: 0, left: 0, mirrored }, inputSize, pixels);
  for (let at = 0; at < pixels.length; at++) pixels[at] = (pixels[at] + 1) / 2;
  changes.forEach((change) => changeColours(pixels, change));
  for (let at = 0; at < pixels.length; at++) {
    pixels[at] = 2 * Math.min(1, Math.max(0, pixels[at])) - 1;
  }
  return { pixels };
}
