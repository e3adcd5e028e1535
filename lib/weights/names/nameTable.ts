/** A name in slim (TensorFlow) and one in PyTorch (timm, facenet-pytorch), where the network exists there. */
export type Names = readonly [slim: string | undefined, pytorch?: string];

/** Blocks that name their layers alike: where each block lies, and its layers by their path inside the block. */
export interface NamedBlocks {
  readonly scopes: Readonly<Record<string, Names>>;
  readonly layers: Readonly<Record<string, Names>>;
}

/** All names of a network. */
export type NameTable = readonly NamedBlocks[];

/** The scopes of a repeated block: `kind_01` and so on, `scope` of 1, 2, ... */
export function numbered(
  kind: string,
  count: number,
  scope: (number: number) => Names,
): Readonly<Record<string, Names>> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return Object.fromEntries(
    numbers.map((number) => [`${kind}_${String(number).padStart(2, '0')}`, scope(number)]),
  );
}
