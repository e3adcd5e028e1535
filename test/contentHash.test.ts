import { expect, it } from 'vitest';

import { contentHash } from '../lib/contentHash';

it('a hash changes with every value and not with the order of keys, also within lists', () => {
  const hash = (value: unknown) => contentHash(value, 8);
  expect(hash({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(hash({ b: [{ d: 3, c: 2 }], a: 1 }));
  expect(hash({ a: 1, b: undefined })).toBe(hash({ a: 1 }));
  const different = [{ a: [1, 2] }, { a: [2, 1] }, { a: '1' }, { a: 1 }, { a: null }, {}, []];
  expect(new Set(different.map(hash)).size).toBe(different.length);
});
