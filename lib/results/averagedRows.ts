import { isUnreadable, type PredictionsFile } from './predictionsFile';

/**
 * The probabilities of each image, averaged over the models, in order; undefined for one that could not be read.
 *
 * The files are read in turn, some rows at a time, so memory does not grow with the number of models or images.
 */
export function* averagedRows(
  files: readonly PredictionsFile[],
): Generator<Float32Array | undefined, void, undefined> {
  const [{ rows, classes }] = files;
  for (let start = 0; start < rows;) {
    const values = files[0].read(start);
    const sums = Float64Array.from(values);
    for (const file of files.slice(1)) {
      file.read(start).forEach((value, index) => (sums[index] += value));
    }
    const means = Float32Array.from(sums, (sum) => sum / files.length);
    const count = means.length / classes;
    for (let row = 0; row < count; row++) {
      const own = means.subarray(row * classes, (row + 1) * classes);
      yield isUnreadable(own) ? undefined : own;
    }
    start += count;
  }
}
