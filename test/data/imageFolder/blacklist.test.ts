import { describe, expect, it } from 'vitest';

import { evenlySpread } from '../../../lib/data/evaluationImages';
import { readBlacklist } from '../../../lib/data/imageFolder/blacklist';
import { folderImages, openImageFolder } from '../../../lib/data/imageFolder/imageFolder';
import { UsageError } from '../../../lib/errors';
import { eachTestInFolder, writeEmptyFiles, writeTree } from './folderTree';

const at = eachTestInFolder();

/** Two images with validation numbers, read for a blacklist of this text. */
function read(text: string) {
  const images = ['a/ILSVRC2012_val_00000293.JPEG', 'b/ILSVRC2012_val_00000007.JPEG'];
  writeEmptyFiles(at('val'), images);
  writeTree(at(), { 'blacklist.txt': text });
  return readBlacklist(at('blacklist.txt'), folderImages(openImageFolder(at('val'))));
}

describe('readBlacklist', () => {
  it('reads a validation number per line', () => {
    expect([...read('36\n50\n293\r\n50000\n').numbers]).toEqual([36, 50, 293, 50000]);
  });

  it('has a fingerprint of the numbers alone', () => {
    expect(read('7\n293').sha256).toBe(read('293\r\n7\r\n').sha256);
    expect(read('7').sha256).not.toBe(read('293').sha256);
  });

  it.each([
    ['293\n0\n', /line 2: 0 is no image of ILSVRC's validation set; expected a number from 1/],
    ['50001', /line 1: 50001 is no image.* 1 to 50000/],
    ['1.5', /line 1: 1\.5 is no image/],
    ['ILSVRC2012_val_00000293', /line 1: ILSVRC2012_val_00000293 is no image/],
    ['7\n9\n7', /line 3: 7 stands there a second time/],
    ['7\n\n9', /line 2 is empty/],
    ['', /is empty/],
  ])('refuses %j', (text, message) => {
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(message);
  });

  it('refuses images without numbers', () => {
    writeEmptyFiles(at('own'), ['a/1.jpg', 'b/1.jpg']);
    writeTree(at(), { 'blacklist.txt': '1' });
    const images = folderImages(openImageFolder(at('own')));
    expect(() => readBlacklist(at('blacklist.txt'), images)).toThrow(
      /blacklist.*cannot be applied to own: its images have no numbers/,
    );
  });

  it('keeps the numbers of images of which some are left out', () => {
    const names = ['1.jpg', '2.jpg', '3.jpg', '4.jpg'];
    writeEmptyFiles(at('flat'), names);
    writeTree(at(), { labels: 'a\nb\na\nb' });
    const images = folderImages(openImageFolder(at('flat'), { labels: at('labels') }));
    const half = evenlySpread(images, 2);
    expect([0, 1].map((index) => half.validationNumber?.(index))).toEqual([1, 3]);
  });
});
