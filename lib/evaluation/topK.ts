/**
 * The rank of the true class among the logits of one image: 0 when it is the highest.
 *
 * Equal logits rank by class number, as argMax does; a NaN never counts as right.
 */
export function rankOf(label: number, logits: ArrayLike<number>): number {
  const own = logits[label];
  if (Number.isNaN(own)) {
    return logits.length;
  }
  let rank = 0;
  for (let other = 0; other < logits.length; other++) {
    if (logits[other] > own || (logits[other] === own && other < label)) {
      rank += 1;
    }
  }
  return rank;
}

/** The ranks of the true classes of a batch; logits are [count, classes], flat. */
export function ranksOf(labels: ArrayLike<number>, logits: Float32Array): number[] {
  const classes = logits.length / labels.length;
  return Array.from({ length: labels.length }, (_, image) =>
    rankOf(labels[image], logits.subarray(image * classes, (image + 1) * classes)),
  );
}

/** Share of images whose true class is not among the k highest, in percent as the paper prints it. */
export function topKErrorPercent(ranks: readonly number[], k: number): number {
  const misses = ranks.filter((rank) => rank >= k).length;
  return (100 * misses) / ranks.length;
}
