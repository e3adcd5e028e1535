import { describe, expect, it } from 'vitest';

import { Replay } from '../../lib/run/replay';

async function read<T>(values: AsyncIterable<T>): Promise<T[]> {
  const result: T[] = [];
  for await (const value of values) result.push(value);
  return result;
}

describe('Replay', () => {
  it('gives every value to readers that begin before, among and after them', async () => {
    const replay = new Replay<number>();
    const early = read(replay);
    replay.add(1);
    replay.add(2);
    const late = read(replay);
    await Promise.resolve();
    replay.add(3);
    replay.end();
    expect(await Promise.all([early, late, read(replay)])).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it('does not end before the values do', async () => {
    const replay = new Replay<number>();
    const reader = replay[Symbol.asyncIterator]();
    let isAnswered = false;
    const next = reader.next().finally(() => (isAnswered = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isAnswered).toBe(false);
    replay.end();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('throws the error to every reader, after the values that came', async () => {
    const replay = new Replay<number>();
    replay.add(1);
    replay.fail(new Error('no memory'));
    for (const reader of [replay[Symbol.asyncIterator](), replay[Symbol.asyncIterator]()]) {
      expect(await reader.next()).toEqual({ done: false, value: 1 });
      await expect(reader.next()).rejects.toThrow('no memory');
    }
  });
});
