import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import {
  folderImages,
  type ImageFolder,
  openImageFolder,
} from '../../../lib/data/imageFolder/imageFolder';
import { LabError, UsageError } from '../../../lib/errors';
import { eachTestInFolder, writeEmptyFiles, writeTree } from './folderTree';

const at = eachTestInFolder();

/** What is in a folder as pairs of path and class name. */
function contents(images: ImageFolder): readonly (readonly [string, string])[] {
  return Array.from({ length: images.count }, (_, index) => [
    images.path(index),
    images.classes[images.labels[index]],
  ]);
}

describe('a folder per class', () => {
  it('sorts classes and images, and takes JPEG and PNG files of any case', () => {
    writeEmptyFiles(at(), ['dog/b.JPEG', 'dog/a.png', 'cat/z.jpg', 'Ape/1.Jpg', 'Ape/10.PNG']);
    expect(contents(openImageFolder(at()))).toEqual([
      ['Ape/1.Jpg', 'Ape'],
      ['Ape/10.PNG', 'Ape'],
      ['cat/z.jpg', 'cat'],
      ['dog/a.png', 'dog'],
      ['dog/b.JPEG', 'dog'],
    ]);
  });

  it('leaves other files and hidden ones out', () => {
    writeEmptyFiles(at(), ['cat/1.jpg', 'dog/1.jpg', 'readme.txt', '.git/x.jpg', 'cat/.DS_Store']);
    writeEmptyFiles(at(), ['cat/._1.jpg', 'cat/notes.md', 'dog/Thumbs.db', '.hidden.png']);
    const images = openImageFolder(at());
    expect(contents(images).map(([file]) => file)).toEqual(['cat/1.jpg', 'dog/1.jpg']);
  });

  it('takes images of folders within a class folder', () => {
    writeEmptyFiles(at(), ['cat/2.jpg', 'cat/deep/er/1.jpg', 'dog/1.jpg']);
    expect(contents(openImageFolder(at())).slice(0, 2)).toEqual([
      ['cat/2.jpg', 'cat'],
      ['cat/deep/er/1.jpg', 'cat'],
    ]);
  });

  it('orders the classes as a synset file does, with its names', () => {
    writeEmptyFiles(at(), ['n00000002/a.jpg', 'n00000001/a.jpg']);
    writeTree(at(), { 'synsets.txt': 'n00000002 tench, Tinca tinca\nn00000001 goldfish\n' });
    const images = openImageFolder(at(), { synsets: at('synsets.txt') });
    expect(images.classes).toEqual(['n00000002', 'n00000001']);
    expect(images.classNames).toEqual(['tench', 'goldfish']);
    expect([...images.labels]).toEqual([0, 1]);
    expect(images.path(0)).toBe('n00000002/a.jpg');
  });

  it('knows the file, the label and the number of each image for evaluation', () => {
    const names = ['ILSVRC2012_val_00000293.JPEG', 'ILSVRC2012_val_00050000.JPEG'];
    writeEmptyFiles(at('val'), [`b/${names[0]}`, `a/${names[1]}`]);
    const images = folderImages(openImageFolder(`${at('val')}${path.sep}`));
    expect([images.name, images.count, images.classNames]).toEqual(['val', 2, ['a', 'b']]);
    expect([images.label(0), images.label(1)]).toEqual([0, 1]);
    expect(images.source(1)).toEqual({ file: at('val', 'b', names[0]) });
    expect(images.describe(1)).toBe(at('val', 'b', names[0]));
    expect([images.validationNumber?.(0), images.validationNumber?.(1)]).toEqual([50000, 293]);
  });

  it('has no validation numbers unless every image has one', () => {
    writeEmptyFiles(at(), ['a/ILSVRC2012_val_00000293.JPEG', 'b/x.jpg']);
    expect(folderImages(openImageFolder(at())).validationNumber).toBeUndefined();
  });

  it.each([
    [['cat/1.jpg'], /has 1 class folders; expected two or more/],
    [['readme.txt'], /has 0 class folders/],
    [['cat/1.jpg', 'dog/readme.txt'], /class folder .*dog has no JPEG or PNG files/],
    [['cat/1.jpg', 'dog/1.jpg', 'x.png'], /x\.png lies in no class folder.*label file/],
    [['cat/1.jpg', 'dog/1.webp'], /1\.webp is neither JPEG nor PNG/],
  ])('refuses %j', (files, message) => {
    writeEmptyFiles(at(), files);
    expect(() => openImageFolder(at())).toThrow(UsageError);
    expect(() => openImageFolder(at())).toThrow(message);
  });

  it('refuses a folder that is missing or a file', () => {
    writeEmptyFiles(at(), ['file']);
    expect(() => openImageFolder(at('nowhere'))).toThrow(/nowhere: there is no such folder/);
    expect(() => openImageFolder(at('file'))).toThrow(/file: it is not a folder/);
  });

  it('refuses class folders that are not those of the synset file', () => {
    writeEmptyFiles(at('set'), ['cat/1.jpg', 'dog/1.jpg']);
    writeTree(at(), { 'less.txt': 'cat\n', 'more.txt': 'cat\ndog\nfox', 'twice.txt': 'a\nb\na' });
    const open = (synsets: string) => () => openImageFolder(at('set'), { synsets: at(synsets) });
    expect(open('less.txt')).toThrow(/dog is a class that is not in .*less\.txt/);
    expect(open('more.txt')).toThrow(/has 3 classes, but .*set has 2: there is no folder fox/);
    expect(open('twice.txt')).toThrow(/class a twice, in lines 1 and 3/);
    expect(open('none.txt')).toThrow(/none\.txt cannot be read: there is no such file/);
  });
});

describe('links', () => {
  it('follows links to class folders and images', () => {
    writeEmptyFiles(at('elsewhere'), ['cats/1.jpg', 'dog.jpg']);
    writeEmptyFiles(at('set'), ['dog/2.jpg']);
    symlinkSync(at('elsewhere', 'cats'), at('set', 'cat'));
    symlinkSync(at('elsewhere', 'dog.jpg'), at('set', 'dog', '1.jpg'));
    expect(contents(openImageFolder(at('set')))).toEqual([
      ['cat/1.jpg', 'cat'],
      ['dog/1.jpg', 'dog'],
      ['dog/2.jpg', 'dog'],
    ]);
  });

  it('refuses folders without end by name', () => {
    writeEmptyFiles(at('set'), ['cat/1.jpg', 'dog/1.jpg']);
    symlinkSync('.', at('set', 'cat', 'again'));
    expect(() => openImageFolder(at('set'))).toThrow(LabError);
    expect(() => openImageFolder(at('set'))).toThrow(/cat\/again is a link back to .*set\/cat,/);
  });

  it('refuses a class that is a link to the folder of all classes', () => {
    writeEmptyFiles(at('set'), ['cat/1.jpg', 'dog/1.jpg']);
    symlinkSync('..', at('set', 'cat', 'up'));
    expect(() => openImageFolder(at('set'))).toThrow(/cat\/up is a link back to/);
  });

  it('refuses a link that leads nowhere where a class may have been', () => {
    writeEmptyFiles(at('set'), ['cat/1.jpg', 'dog/1.jpg']);
    symlinkSync(at('gone'), at('set', 'fox'));
    expect(() => openImageFolder(at('set'))).toThrow(/fox is a link that leads nowhere/);
  });

  it('keeps an image whose link goes round in circles, so that it is refused or skipped by name', () => {
    writeEmptyFiles(at('set'), ['cat/1.jpg', 'dog/1.jpg']);
    symlinkSync('b.jpg', at('set', 'cat', 'a.jpg'));
    symlinkSync('a.jpg', at('set', 'cat', 'b.jpg'));
    expect(openImageFolder(at('set')).count).toBe(4);
  });
});

describe('the fingerprint', () => {
  const sha256 = () => openImageFolder(at('set')).sha256;

  it('is that of the same files in another folder', () => {
    writeTree(at('set'), { 'cat/1.jpg': 'x', 'dog/1.jpg': 'y' });
    writeTree(at('copy', 'of'), { 'cat/1.jpg': 'x', 'dog/1.jpg': 'y' });
    expect(openImageFolder(at('copy', 'of')).sha256).toBe(sha256());
  });

  it('changes with a name, a size, a label and a class', () => {
    writeTree(at('set'), { 'cat/1.jpg': 'x', 'dog/1.jpg': 'y' });
    const prints = [sha256()];
    writeFileSync(at('set', 'cat', '1.jpg'), 'longer');
    prints.push(sha256());
    writeFileSync(at('set', 'dog', '2.jpg'), '');
    prints.push(sha256());
    mkdirSync(at('set', 'ant'));
    writeFileSync(at('set', 'ant', '1.jpg'), '');
    prints.push(sha256());
    writeTree(at(), { 'synsets.txt': 'dog\ncat\nant' });
    prints.push(openImageFolder(at('set'), { synsets: at('synsets.txt') }).sha256);
    expect(new Set(prints).size).toBe(prints.length);
  });
});
