/**
 * Values that come one by one, for any number of readers: each gets all of them from the first on, whenever it begins.
 *
 * A reader's loop ends when the values do, or throws the error that ended them.
 */
export class Replay<T> implements AsyncIterable<T> {
  private readonly values: T[] = [];
  private state: 'open' | 'ended' | 'failed' = 'open';
  private error: unknown;
  private waiting: (() => void)[] = [];

  /** The values so far. */
  get soFar(): readonly T[] {
    return this.values;
  }

  add(value: T): void {
    this.values.push(value);
    this.wake();
  }

  end(): void {
    this.state = 'ended';
    this.wake();
  }

  fail(error: unknown): void {
    this.error = error;
    this.state = 'failed';
    this.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (let next = 0; ; next++) {
      while (next === this.values.length) {
        if (this.state === 'failed') throw this.error;
        if (this.state === 'ended') return;
        await new Promise<void>((resolve) => this.waiting.push(resolve));
      }
      yield this.values[next];
    }
  }

  private wake(): void {
    const readers = this.waiting;
    this.waiting = [];
    readers.forEach((resume) => resume());
  }
}
