import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { cifar10Folder, loadCifar10 } from '../../lib/data/cifar10';
import { openImageFolder } from '../../lib/data/imageFolder/imageFolder';
import { type MadeImageFolder, makeImageFolder } from './madeImageFolder';

describe.skipIf(!existsSync(cifar10Folder()))('the made set', () => {
  let made: MadeImageFolder;

  beforeAll(async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'made-'));
    made = await makeImageFolder(folder, await loadCifar10());
    return () => rmSync(folder, { recursive: true });
  });

  it('has the same images and labels in both layouts', () => {
    const classes = openImageFolder(made.classFolders);
    const flat = openImageFolder(made.flatFolder, { labels: made.labels });
    expect(classes.count).toBe(60);
    expect(classes.classes).toEqual(made.synsets);
    expect(flat.classes).toEqual(made.synsets);
    expect(classes.classNames).toContain('golden retriever');
    const labelOf = new Map(
      Array.from({ length: 60 }, (_, index) => [classes.path(index), classes.labels[index]]),
    );
    made.images.forEach(({ file, flatFile, number }, index) => {
      expect(flat.path(index)).toBe(flatFile);
      expect(flat.validationNumbers?.[index]).toBe(number);
      expect(flat.labels[index]).toBe(labelOf.get(file));
    });
  });

  it('has three images in every class, of several sizes and kinds', () => {
    const perClass = made.synsets.map((name) => readdirSync(path.join(made.classFolders, name)));
    expect(perClass.map((files) => files.length)).toEqual(new Array<number>(20).fill(3));
    const sizes = made.images.map(({ picture }) => `${picture.width}x${picture.height}`);
    expect(new Set(sizes).size).toBe(8);
    expect(sizes).toContain('1x1');
    expect(new Set(made.images.map(({ file }) => path.extname(file)))).toEqual(
      new Set(['.jpg', '.png']),
    );
  });
});
