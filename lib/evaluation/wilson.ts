/** Standard deviations of the normal distribution within which 95 % of it lies. */
const Z_95 = 1.959963984540054;

/**
 * The 95 % confidence interval [low, high] of a share, from `hits` among `count` independent trials (Wilson 1927).
 *
 * It stays within [0, 1] and has a width even for no hits at all, where the usual normal interval has none.
 */
export function wilsonInterval(hits: number, count: number): readonly [number, number] {
  const share = hits / count;
  const z2 = Z_95 ** 2 / count;
  const centre = (share + z2 / 2) / (1 + z2);
  const half = Math.sqrt(share * (1 - share) * z2 + z2 ** 2 / 4) / (1 + z2);
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
