import type { TensorSource } from '../weights/tensorSource';

/**
 * The tensors of a file as a map: each is read from the disk whenever it is asked for, so that memory holds one at a time.
 *
 * A network of 299x299 with the slots of its optimizer takes a gigabyte.
 */
export class LazyTensors implements ReadonlyMap<string, Float32Array> {
  constructor(private readonly source: TensorSource) {}

  get size(): number {
    return this.source.shapes.size;
  }

  has(name: string): boolean {
    return this.source.shapes.has(name);
  }

  get(name: string): Float32Array | undefined {
    return this.has(name) ? this.source.read(name) : undefined;
  }

  keys(): MapIterator<string> {
    return this.source.shapes.keys();
  }

  *values(): Generator<Float32Array, undefined> {
    for (const name of this.keys()) yield this.source.read(name);
  }

  *entries(): Generator<[string, Float32Array], undefined> {
    for (const name of this.keys()) yield [name, this.source.read(name)];
  }

  [Symbol.iterator](): Generator<[string, Float32Array], undefined> {
    return this.entries();
  }

  forEach(
    visit: (values: Float32Array, name: string, map: ReadonlyMap<string, Float32Array>) => void,
  ): void {
    for (const [name, values] of this) visit(values, name, this);
  }
}
