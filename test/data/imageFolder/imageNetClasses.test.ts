import { describe, expect, it } from 'vitest';

import { displayNames } from '../../../lib/data/imageFolder/displayNames';
import { openImageFolder } from '../../../lib/data/imageFolder/imageFolder';
import { imageNetClasses, imageNetSynsets } from '../../../lib/data/imageFolder/imageNetClasses';
import { eachTestInFolder, writeEmptyFiles, writeTree } from './folderTree';

const at = eachTestInFolder();

describe('imageNetClasses', () => {
  it('has 1000 sorted synsets with different names', () => {
    const classes = imageNetClasses();
    const synsets = classes.map(({ synset }) => synset);
    expect(classes).toHaveLength(1000);
    expect(synsets).toEqual([...new Set(synsets)].sort());
    expect(synsets.every((synset) => /^n\d{8}$/.test(synset))).toBe(true);
    expect(new Set(classes.map(({ name }) => name)).size).toBe(1000);
  });

  it.each([
    [0, 'n01440764', 'tench'],
    [1, 'n01443537', 'goldfish'],
    [134, 'n02012849', 'crane (n02012849)'],
    [207, 'n02099601', 'golden retriever'],
    [281, 'n02123045', 'tabby'],
    [388, 'n02510455', 'giant panda'],
    [517, 'n03126707', 'crane (n03126707)'],
    [638, 'n03710637', 'maillot (n03710637)'],
    [999, 'n15075141', 'toilet tissue'],
  ])('knows output %i, which is %s, %s', (index, synset, name) => {
    expect(imageNetClasses()[index]).toEqual({ synset, name });
  });
});

describe('folders of synsets', () => {
  it('show the words of ImageNet', () => {
    writeEmptyFiles(at(), ['n02123045/1.jpg', 'n01443537/1.jpg', 'n99999999/1.jpg']);
    const { classes, classNames } = openImageFolder(at());
    expect(classes).toEqual(['n01443537', 'n02123045', 'n99999999']);
    expect(classNames).toEqual(['goldfish', 'tabby', 'n99999999']);
  });

  it('show the words of the synset file instead where it has some', () => {
    writeEmptyFiles(at('set'), ['n02123045/1.jpg', 'n01443537/1.jpg']);
    writeTree(at(), { 'synsets.txt': 'n02123045 house cat, moggy\nn01443537 house cat\n' });
    const { classNames } = openImageFolder(at('set'), { synsets: at('synsets.txt') });
    expect(classNames).toEqual(['house cat (n02123045)', 'house cat (n01443537)']);
  });
});

describe('displayNames', () => {
  it('leaves classes without names as they are, commas and all', () => {
    expect(displayNames(['cat', 'black, white'], new Map())).toEqual(['cat', 'black, white']);
  });
});

describe("the development kit's ids", () => {
  const { classes } = imageNetSynsets();
  const open = (kit: readonly string[]) => {
    writeEmptyFiles(at('val'), ['1.jpg', '2.jpg']);
    writeTree(at(), { ids: '1\n1000\n', kit: kit.join('\n') });
    return openImageFolder(at('val'), { labels: at('ids'), synsets: at('kit') });
  };

  it('count lines of a file in the order of the kit', () => {
    const images = open([...classes].reverse());
    expect([...images.labels]).toEqual([999, 0]);
    expect(images.classNames.slice(0, 2)).toEqual(['tench', 'goldfish']);
  });

  it('are refused with sorted synsets, which would make nearly every label wrong', () => {
    expect(() => open(classes)).toThrow(/kit has ImageNet's classes sorted, but .*meta\.mat/);
  });
});
