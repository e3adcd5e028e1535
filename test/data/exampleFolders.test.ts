import { describe, expect, it } from 'vitest';

import { loadCifar10 } from '../../lib/data/cifar10';
import { exampleFolders } from '../../lib/data/imageFolder/exampleFolders';
import { openTrainingFolders } from '../../lib/data/trainingFolders';
import { decodeImage } from '../../lib/images/decode';
import { madeFolder } from '../images/madeFiles';

describe('the folders of example images', () => {
  it('can be trained on, and hold the pixels of CIFAR-10', async () => {
    const { train, validation, validationFiles } = await exampleFolders(madeFolder());
    const folders = openTrainingFolders({ name: 'imageFolder', train, validation, augment: true });
    expect(folders.classNames).toEqual(['airplane', 'frog', 'ship']);
    expect([folders.train.count, folders.validation.count]).toEqual([192, 96]);
    expect(validationFiles).toHaveLength(96);

    const { test } = await loadCifar10();
    const ship = test.labels.indexOf(8);
    const { pixels } = await decodeImage({ file: validationFiles[64] });
    expect(Buffer.from(pixels).equals(test.pixels.subarray(ship * 3072, (ship + 1) * 3072))).toBe(
      true,
    );
  });
});
