import { rmSync } from 'node:fs';
import path from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { emptyProject, load, put } from './program';

interface Stamps {
  hashFiles: (root: string, paths: readonly string[]) => string;
  filesBelow: (root: string, folder: string) => string[];
  isStamped: (lab: string, name: string, key: string) => boolean;
  writeStamp: (lab: string, name: string, key: string) => void;
  removeStamp: (lab: string, name: string) => void;
}

let stamps: Stamps;

beforeAll(async () => {
  stamps = await load<Stamps>('stamps.mjs');
});

describe('hashFiles', () => {
  it('changes with content, name and absence of a file below, and with nothing else', () => {
    const { root } = emptyProject();
    const hash = () => stamps.hashFiles(root, ['lib', 'settings.json']);
    const seen = [hash()];
    put(root, 'lib/deep/a.ts', 'one');
    seen.push(hash());
    put(root, 'lib/deep/a.ts', 'two');
    seen.push(hash());
    rmSync(path.join(root, 'lib/deep/a.ts'));
    put(root, 'lib/deep/b.ts', 'two');
    seen.push(hash());
    put(root, 'settings.json', '{}');
    seen.push(hash());
    expect(new Set(seen).size).toBe(seen.length);
    put(root, 'other/c.ts', 'three');
    expect(hash()).toBe(seen.at(-1));
  });
});

describe('filesBelow', () => {
  it('lists files in a stable order with paths relative to the root', () => {
    const { root } = emptyProject();
    ['lib/b.ts', 'lib/a/c.ts', 'lib/a.ts'].forEach((file) => put(root, file));
    expect(stamps.filesBelow(root, 'lib')).toEqual(['lib/a/c.ts', 'lib/a.ts', 'lib/b.ts']);
    expect(stamps.filesBelow(root, 'absent')).toEqual([]);
  });
});

describe('stamps', () => {
  it('hold for the key that was written, until they are removed', () => {
    const { lab } = emptyProject();
    expect(stamps.isStamped(lab, 'build', 'k')).toBe(false);
    stamps.writeStamp(lab, 'build', 'k');
    expect(stamps.isStamped(lab, 'build', 'k')).toBe(true);
    expect(stamps.isStamped(lab, 'build', 'other')).toBe(false);
    expect(stamps.isStamped(lab, 'jupyter', 'k')).toBe(false);
    stamps.removeStamp(lab, 'build');
    expect(stamps.isStamped(lab, 'build', 'k')).toBe(false);
  });
});
