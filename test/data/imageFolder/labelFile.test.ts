import { describe, expect, it } from 'vitest';

import { folderImages, openImageFolder } from '../../../lib/data/imageFolder/imageFolder';
import { UsageError } from '../../../lib/errors';
import { eachTestInFolder, writeEmptyFiles, writeTree } from './folderTree';

const at = eachTestInFolder();
const IMAGES = ['v_1.JPEG', 'v_2.JPEG', 'v_3.JPEG', 'v_4.JPEG'];
const SYNSETS = 'n00000009 fox\nn00000005 setter\nn00000007 husky';

/** The classes of a flat folder with four images, as labels and names. */
function open(labels: string, synsets?: string, images: readonly string[] = IMAGES) {
  writeEmptyFiles(at('val'), images);
  writeTree(at(), { 'labels.txt': labels, ...(synsets && { 'synsets.txt': synsets }) });
  const folder = openImageFolder(at('val'), {
    labels: at('labels.txt'),
    ...(synsets && { synsets: at('synsets.txt') }),
  });
  return { classes: folder.classes, names: folder.classNames, labels: [...folder.labels] };
}

describe('a label file of a flat folder', () => {
  it('has a synset per image in the order of their names, as TensorFlow has', () => {
    expect(open('n00000007\nn00000005\nn00000007\nn00000009\n')).toEqual({
      classes: ['n00000005', 'n00000007', 'n00000009'],
      names: ['n00000005', 'n00000007', 'n00000009'],
      labels: [1, 0, 1, 2],
    });
  });

  it('has classes with spaces in them, and Windows line ends', () => {
    expect(open('hot dog\r\ncat\r\ncat\r\nhot dog\r\n')).toMatchObject({
      classes: ['cat', 'hot dog'],
      labels: [1, 0, 0, 1],
    });
  });

  it('counts in the order of a synset file, which may have classes without images', () => {
    expect(open('n00000005\nn00000005\nn00000009\nn00000009', SYNSETS)).toEqual({
      classes: ['n00000009', 'n00000005', 'n00000007'],
      names: ['fox', 'setter', 'husky'],
      labels: [1, 1, 0, 0],
    });
  });

  it('has a file and a 0-based number in any order, as Caffe has', () => {
    const lines = ['v_3.JPEG 2', 'v_1.JPEG 0', 'v_4.JPEG 1', 'v_2.JPEG 0'];
    expect(open(lines.join('\n'))).toMatchObject({
      classes: ['0', '1', '2'],
      labels: [0, 0, 2, 1],
    });
    expect(open(lines.join('\n'), SYNSETS)).toMatchObject({
      names: ['fox', 'setter', 'husky'],
      labels: [0, 0, 2, 1],
    });
  });

  it('has files without extension and boxes, as Kaggle has', () => {
    const lines = [
      'ImageId,PredictionString',
      'v_2,n00000005 85 1 499 272 n00000005 1 2 3 4 ',
      'v_1,n00000007 131 0 499 254',
      'v_4,n00000005 10 20 30 40',
      'v_3,n00000005 10 20 30 40',
    ];
    expect(open(lines.join('\n'))).toMatchObject({
      classes: ['n00000005', 'n00000007'],
      labels: [1, 0, 0, 0],
    });
  });

  it('has files with spaces in their names', () => {
    const images = ['my cat.jpg', 'my dog.jpg'];
    expect(open('my dog.jpg,dog\nmy cat.jpg,cat', undefined, images).labels).toEqual([0, 1]);
  });

  it("has the development kit's ids: lines of the synset file, whose classes are sorted", () => {
    expect(open('1\n3\n2\n1\n', SYNSETS)).toEqual({
      classes: ['n00000005', 'n00000007', 'n00000009'],
      names: ['setter', 'husky', 'fox'],
      labels: [2, 1, 0, 2],
    });
  });

  it.each([
    ['n00000005\nn00000007', undefined, /has 2 labels, but the folder has 4 images/],
    ['a\n\nb\nc', undefined, /line 2 is empty/],
    ['', undefined, /labels\.txt is empty/],
    ['n00000005\nn00000005\nn00000008\nn00000009', SYNSETS, /class n00000008, .*synsets\.txt/],
    ['v_1.JPEG 0\nv_2.JPEG 1\nv_3.JPEG 1', undefined, /no label for v_4\.JPEG \(1 of 4/],
    ['v_1.JPEG 0\nv_2.JPEG 1\nv_3.JPEG 1\nv_1.JPEG 1', undefined, /line 4 .*a second time/],
    ['v_1.JPEG 0\nv_2.JPEG 1\nv_9.JPEG 1\nv_3.JPEG 1', undefined, /v_9\.JPEG, which is not in/],
    ['v_1.JPEG 0\nv_2.JPEG\nv_3.JPEG 1\nv_4.JPEG 1', undefined, /line 2 has no class/],
    ['v_1 0\nv_2 1\nv_3 3\nv_4 1', undefined, /no image of class 2.*synset file/],
    ['v_1 0\nv_2 1\nv_3 3\nv_4 1', SYNSETS, /class 3, but .* has 3 classes, 0 to 2/],
    ['1\n2\n3\n1', undefined, /ids of ILSVRC's development kit.*synset file/],
    ['1\n0\n2\n1', SYNSETS, /line 2 has the id 0.*1 to 3.*0-based/],
    ['1\n1\n2\n4', SYNSETS, /line 4 has the id 4/],
  ])('refuses %j', (labels, synsets, message) => {
    expect(() => open(labels, synsets)).toThrow(UsageError);
    expect(() => open(labels, synsets)).toThrow(message);
  });

  it('refuses a folder per class, and a folder without images', () => {
    expect(() => open('a\nb', undefined, ['cat/1.jpg', 'dog/1.jpg'])).toThrow(
      /no JPEG or PNG files, but folders such as cat/,
    );
  });

  it('counts images in order where their names have no validation number', () => {
    open('a\nb\na\nb');
    const images = folderImages(openImageFolder(at('val'), { labels: at('labels.txt') }));
    expect([0, 1, 2, 3].map((index) => images.validationNumber?.(index))).toEqual([1, 2, 3, 4]);
  });
});
