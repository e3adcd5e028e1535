import { describe, expect, it } from 'vitest';

import { openTrainingFolders } from '../../lib/data/trainingFolders';
import { UsageError } from '../../lib/errors';
import { eachTestInFolder, writeEmptyFiles, writeTree } from './imageFolder/folderTree';

const folder = eachTestInFolder();

function open(files: Readonly<Record<string, string>> = {}) {
  writeTree(folder(), files);
  const setting = (name: string) => (name in files ? folder(name) : undefined);
  return openTrainingFolders({
    name: 'imageFolder',
    train: folder('train'),
    validation: folder('validation'),
    labels: setting('labels.txt'),
    synsets: setting('synsets.txt'),
    augment: true,
  });
}

function labels({ count, label }: { count: number; label: (index: number) => number }): number[] {
  return Array.from({ length: count }, (_, index) => label(index));
}

describe('openTrainingFolders', () => {
  it('numbers the classes by name where both have a folder for each', () => {
    writeEmptyFiles(folder('train'), ['fox/1.jpg', 'fox/2.jpg', 'bee/1.png']);
    writeEmptyFiles(folder('validation'), ['bee/9.jpg', 'fox/9.jpg']);
    const { classNames, train, validation } = open();
    expect(classNames).toEqual(['bee', 'fox']);
    expect(labels(train)).toEqual([0, 1, 1]);
    expect(labels(validation)).toEqual([0, 1]);
    expect(train.source(1)).toEqual({ file: folder('train/fox/1.jpg') });
  });

  it('numbers the training images as the label file and the synset file do', () => {
    writeEmptyFiles(folder('train'), ['bee/1.png', 'fox/1.jpg', 'yak/1.jpg']);
    writeEmptyFiles(folder('validation'), ['a.jpg', 'b.jpg', 'c.jpg']);
    const { classNames, train, validation } = open({
      'labels.txt': 'a.jpg 0\nb.jpg 2\nc.jpg 1\n',
      'synsets.txt': 'yak\nbee\nfox\n',
    });
    expect(classNames).toEqual(['yak', 'bee', 'fox']);
    expect(labels(validation)).toEqual([0, 2, 1]);
    expect(labels(train)).toEqual([1, 2, 0]);
  });

  it("sorts the classes of ids of ILSVRC's development kit, whatever their order there", () => {
    writeEmptyFiles(folder('train'), ['n00000001/1.JPEG', 'n00000002/1.JPEG']);
    writeEmptyFiles(folder('validation'), ['a.JPEG', 'b.JPEG', 'c.JPEG']);
    const { train, validation } = open({
      'labels.txt': '1\n2\n2\n',
      'synsets.txt': 'n00000002 second\nn00000001 first\n',
    });
    expect(labels(validation)).toEqual([1, 0, 0]);
    expect(labels(train)).toEqual([0, 1]);
  });

  it.each([
    [['bee/1.jpg', 'fox/1.jpg', 'yak/1.jpg'], ['bee/1.jpg', 'fox/1.jpg'], 'data.validation'],
    [['bee/1.jpg', 'fox/1.jpg'], ['bee/1.jpg', 'fox/1.jpg', 'yak/1.jpg'], 'data.train'],
  ])('refuses %j beside %j', (train, validation, setting) => {
    writeEmptyFiles(folder('train'), train);
    writeEmptyFiles(folder('validation'), validation);
    expect(() => open()).toThrow(UsageError);
    expect(() => open()).toThrow(`${setting} (${folder()}`);
    expect(() => open()).toThrow('lacks the class yak');
  });

  it('has another fingerprint with other images in either folder', () => {
    writeEmptyFiles(folder('train'), ['bee/1.jpg', 'fox/1.jpg']);
    writeEmptyFiles(folder('validation'), ['bee/1.jpg', 'fox/1.jpg']);
    const [first, again] = [open().sha256, open().sha256];
    expect(again).toBe(first);
    writeEmptyFiles(folder('train'), ['bee/2.jpg']);
    const more = open().sha256;
    writeEmptyFiles(folder('validation'), ['bee/2.jpg']);
    expect(new Set([first, more, open().sha256]).size).toBe(3);
  });
});
