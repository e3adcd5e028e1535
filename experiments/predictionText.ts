import type { ImagePrediction } from '../lib/run/predictFiles';
import { textTable } from './tables';

/** The most probable classes of an image below its name. */
export function predictionText({ image, top }: ImagePrediction): string {
  const rows = top.map(({ name, probability }) => [
    `${(100 * probability).toFixed(2).padStart(6)} %`,
    name,
  ]);
  return `${image}\n${textTable(rows, 2)}`;
}
