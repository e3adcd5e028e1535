import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';

import { decodeImage } from '../../../lib/images/decode';
import type { Picture } from '../../../lib/images/picture';
import { IMAGE_FORMS } from './imageForms';

/** Another colour in every corner, and no symmetry. */
const PICTURE: Picture = {
  width: 30,
  height: 20,
  pixels: Uint8Array.from({ length: 30 * 20 * 3 }, (_, index) => {
    const [x, y, channel] = [Math.floor(index / 3) % 30, Math.floor(index / 90), index % 3];
    return [8 * x, 12 * y, 255 - 4 * x - 6 * y][channel];
  }),
};

/** What the file says of itself. */
const FACTS: Readonly<Record<string, object>> = {
  jpeg: { format: 'jpeg', space: 'srgb', channels: 3 },
  progressiveJpeg: { isProgressive: true },
  greyJpeg: { format: 'jpeg', space: 'b-w', channels: 1 },
  inksJpeg: { format: 'jpeg', space: 'cmyk', channels: 4 },
  jpegOrientation6: { orientation: 6, width: 20, height: 30 },
  greyPng: { format: 'png', space: 'b-w', channels: 1 },
  transparentPng: { channels: 4, hasAlpha: true },
  greyTransparentPng: { channels: 2, hasAlpha: true },
  deepPng: { depth: 'ushort', channels: 3 },
  deepGreyPng: { depth: 'ushort', channels: 1 },
  palettePng: { isPalette: true },
};

describe.each(Object.entries(IMAGE_FORMS))('%s', (name, make) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'forms-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is what it says, shows what it was made of and is decoded to that', async () => {
    const { content, picture } = await make(PICTURE);
    const metadata = await sharp(content).metadata();
    expect(metadata).toMatchObject(FACTS[name] ?? {});
    const isGrey = /grey/i.test(name);
    const off = Array.from(picture.pixels, (value, index) => {
      const pixel = 3 * Math.floor(index / 3);
      const colours = PICTURE.pixels.subarray(pixel, pixel + 3);
      const wanted = isGrey ? (colours[0] + colours[1] + colours[2]) / 3 : PICTURE.pixels[index];
      return Math.abs(value - wanted);
    });
    // Inks and palettes cannot show every colour.
    expect(off.reduce((sum, one) => sum + one) / off.length).toBeLessThan(
      name === 'inksJpeg' ? 40 : 4,
    );
    const file = path.join(folder, 'image');
    writeFileSync(file, content);
    expect(await decodeImage({ file })).toEqual({
      ...picture,
      pixels: expect.anything() as object,
    });
    const { pixels } = await decodeImage({ file });
    expect(Buffer.compare(pixels, picture.pixels)).toBe(0);
  });
});
