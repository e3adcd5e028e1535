/** Paths in one block of memory: a million strings would cost twice as much and slow every garbage collection down. */
export class PathList {
  private constructor(
    private readonly bytes: Buffer,
    /** Where each path ends in `bytes`; the next one starts there. */
    private readonly ends: Uint32Array,
  ) {}

  static of(paths: Iterable<string>): PathList {
    const chunks: Buffer[] = [];
    const ends: number[] = [];
    let end = 0;
    let block: string[] = [];
    const flush = () => chunks.push(Buffer.from(block.join('')));
    for (const path of paths) {
      end += Buffer.byteLength(path);
      ends.push(end);
      if (block.push(path) === 1024) {
        flush();
        block = [];
      }
    }
    flush();
    return new PathList(Buffer.concat(chunks), Uint32Array.from(ends));
  }

  get count(): number {
    return this.ends.length;
  }

  at(index: number): string {
    return this.bytes.toString('utf8', index === 0 ? 0 : this.ends[index - 1], this.ends[index]);
  }

  *[Symbol.iterator](): Generator<string> {
    for (let index = 0; index < this.count; index++) yield this.at(index);
  }
}
