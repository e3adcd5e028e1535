/**
 * A short name for people of each class: the first of its names, as in 'tench, Tinca tinca', or the class itself without any.
 *
 * Where classes would be called the same, such as ImageNet's two cranes, what folders call them follows in brackets.
 */
export function displayNames(
  classes: readonly string[],
  names: ReadonlyMap<string, string>,
): readonly string[] {
  const short = classes.map((name) => names.get(name)?.split(',')[0] ?? name);
  const counts = new Map<string, number>();
  for (const name of short) counts.set(name, (counts.get(name) ?? 0) + 1);
  return short.map((name, index) =>
    counts.get(name) === 1 ? name : `${name} (${classes[index]})`,
  );
}
