import { ImageError } from '../images/imageError';
import { type ImagePrediction, predictFiles, type PredictOptions } from './predictFiles';
import type { ModelChoice } from './runModel';

/**
 * The five most probable classes of each image file, JPEG or PNG, in the order of the files.
 *
 *     const [{ top }] = await lab.predict('weights/inception-v4.safetensors', ['cat.jpg']);
 *     console.log(top[0].name, top[0].probability);
 *
 * A model is a run of `lab.train`, a recorded run's id, or the path of a checkpoint or weight file. Throws a LabError for an
 * image that cannot be read, and a UsageError that names an option, its value and what was expected.
 */
export async function predict(
  model: ModelChoice,
  images: readonly string[],
  options: PredictOptions = {},
): Promise<readonly ImagePrediction[]> {
  const predicted: ImagePrediction[] = [];
  await predictFiles(model, images, options, (one) => {
    if (one instanceof ImageError) throw one;
    predicted.push(one);
  });
  return predicted;
}
