import sharp from 'sharp';
import { describe, expect, it } from 'vitest';

import { decodeImage } from '../../lib/images/decode';
import { findChunk, madeFile } from './madeFiles';

async function decoded(content: Uint8Array, name = 'image.jpg') {
  return decodeImage({ file: madeFile(name, content) });
}

/** Red, green and blue of every pixel of an image. */
async function pixelsOf(content: Uint8Array): Promise<number[][]> {
  const { pixels } = await decoded(content, 'image.png');
  return Array.from({ length: pixels.length / 3 }, (_, i) => [
    ...pixels.subarray(3 * i, 3 * i + 3),
  ]);
}

function png(values: Uint8Array | Uint16Array, width: number, channels: 1 | 2 | 3 | 4) {
  const height = values.length / width / channels;
  return sharp(values, { raw: { width, height, channels } }).png();
}

/** Three 8x8 fields of CMYK: as written by Pillow 13, with inks inverted, as Adobe's programs do. */
const INKS = Buffer.from(
  '/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK' +
    '/8AAFAgACAAYBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFB' +
    'BhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqS' +
    'k5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD826/Vyv38' +
    'r9/K/sgr6gor+f8Arwev4j6/G+v0Qr//2Q==',
  'base64',
);

/** The colours in the middle of the three fields. */
async function fieldsOf(content: Uint8Array): Promise<number[][]> {
  const { width, height, pixels } = await decoded(content);
  expect([width, height]).toEqual([24, 8]);
  return [4, 12, 20].map((x) => [...pixels.subarray(3 * x, 3 * x + 3)]);
}

function expectNear(values: number[][], wanted: number[][], tolerance: number): void {
  const apart = values.flat().map((value, index) => Math.abs(value - wanted.flat()[index]));
  expect(Math.max(...apart), JSON.stringify(values)).toBeLessThanOrEqual(tolerance);
}

describe('decodeImage', () => {
  it('makes grey levels red, green and blue', async () => {
    const grey = png(Uint8Array.of(0, 7, 128, 255), 2, 1).toColourspace('b-w');
    const content = await grey.toBuffer();
    expect((await sharp(content).metadata()).channels).toBe(1);
    expect(await pixelsOf(content)).toEqual([0, 7, 128, 255].map((v) => [v, v, v]));
    const jpeg = await sharp(content).toColourspace('b-w').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(jpeg).metadata()).channels).toBe(1);
    expect(await decoded(jpeg)).toMatchObject({ width: 2, height: 2 });
    expectNear(
      await pixelsOf(jpeg),
      [0, 7, 128, 255].map((v) => [v, v, v]),
      3,
    );
  });

  it('keeps the upper 8 of 16 bits', async () => {
    const grey = png(Uint16Array.of(0, 255, 256, 65535), 2, 1).toColourspace('grey16');
    expect(await pixelsOf(await grey.toBuffer())).toEqual([0, 0, 1, 255].map((v) => [v, v, v]));
    const colour = png(Uint16Array.of(511, 512, 65280), 1, 3).toColourspace('rgb16');
    expect(await pixelsOf(await colour.toBuffer())).toEqual([[1, 2, 255]]);
  });

  it('drops transparency and shows what was behind it', async () => {
    const colours = await png(Uint8Array.of(10, 20, 30, 0, 200, 100, 50, 128), 2, 4).toBuffer();
    expect(await pixelsOf(colours)).toEqual([
      [10, 20, 30],
      [200, 100, 50],
    ]);
    const grey = png(Uint8Array.of(9, 0, 200, 255), 2, 2).toColourspace('b-w');
    expect(await pixelsOf(await grey.toBuffer())).toEqual([
      [9, 9, 9],
      [200, 200, 200],
    ]);
  });

  it('looks palettes up', async () => {
    const colours = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 0, 0];
    const content = await png(Uint8Array.from(colours), 2, 3).png({ palette: true }).toBuffer();
    expect((await sharp(content).metadata()).isPalette).toBe(true);
    expect((await pixelsOf(content)).flat()).toEqual(colours);
  });

  it('turns inks into light as Pillow 13 does, and also from YCCK', async () => {
    // 200 40 0 0; 0 0 0 128; 30 220 100 60: e.g. (255 - 200) * (255 - 0) / 255 = 55.
    expect((await sharp(INKS).metadata()).space).toBe('cmyk');
    expectNear(
      await fieldsOf(INKS),
      [
        [55, 215, 255],
        [127, 127, 127],
        [172, 27, 119],
      ],
      1,
    );
    const ycck = Buffer.from(INKS);
    // The last byte of Adobe's marker says in which colours the values are.
    ycck[ycck.indexOf('Adobe') + 11] = 2;
    expectNear(
      await fieldsOf(ycck),
      [
        [22, 255, 46],
        [0, 67, 0],
        [0, 13, 149],
      ],
      1,
    );
  });

  it('leaves colour profiles out of account', async () => {
    const plain = await png(Uint8Array.of(200, 10, 10), 1, 3).toBuffer();
    const wide = await sharp(plain).withIccProfile('p3').png().toBuffer();
    const profile = wide.subarray(...findChunk(wide, 'iCCP'));
    const [, headerEnd] = findChunk(plain, 'IHDR');
    const profiled = Buffer.concat([
      ...[plain.subarray(0, headerEnd), profile, plain.subarray(headerEnd)],
    ]);
    expect((await sharp(profiled).metadata()).hasProfile).toBe(true);
    // With it, the colours would be others.
    expect([...(await sharp(profiled).raw().toBuffer())]).not.toEqual([200, 10, 10]);
    expect(await pixelsOf(profiled)).toEqual([[200, 10, 10]]);
  });

  it.each([
    [1, ['ab', 'cd', 'ef']],
    [2, ['ba', 'dc', 'fe']],
    [3, ['fe', 'dc', 'ba']],
    [4, ['ef', 'cd', 'ab']],
    [5, ['ace', 'bdf']],
    [6, ['eca', 'fdb']],
    [7, ['fdb', 'eca']],
    [8, ['bdf', 'ace']],
  ])('turns an image of EXIF orientation %i upright', async (orientation, wanted) => {
    const levels = { a: 10, b: 50, c: 90, d: 130, e: 170, f: 210 };
    const stored = Uint8Array.from({ length: 16 * 24 * 3 }, (_, index) => {
      const [x, y] = [Math.floor(index / 3) % 16, Math.floor(index / 48)];
      return Object.values(levels)[2 * Math.floor(y / 8) + Math.floor(x / 8)];
    });
    const image = sharp(stored, { raw: { width: 16, height: 24, channels: 3 } });
    const { width, height, pixels } = await decoded(
      await image.jpeg({ quality: 100 }).withMetadata({ orientation }).toBuffer(),
    );
    expect([width, height]).toEqual([8 * wanted[0].length, 8 * wanted.length]);
    const seen = wanted.map((row, y) =>
      [...row].map((_, x) => pixels[3 * ((8 * y + 4) * width + 8 * x + 4)]),
    );
    const hoped = wanted.map((row) => [...row].map((name) => levels[name as keyof typeof levels]));
    expectNear(seen, hoped, 2);
  });

  it('goes by the content, not by the name', async () => {
    const image = png(Uint8Array.of(1, 2, 3), 1, 3);
    const wanted = { width: 1, height: 1 };
    const asPng = await decoded(await image.toBuffer(), 'n02105855_2933.JPEG');
    expect(asPng).toMatchObject({ ...wanted, pixels: Uint8Array.of(1, 2, 3) });
    expect(await decoded(await image.jpeg().toBuffer(), 'no-extension')).toMatchObject(wanted);
  });

  it('reads progressive JPEG and interlaced PNG files', async () => {
    const values = Uint8Array.from({ length: 3 * 20 * 16 }, (_, index) => (index * 3) % 256);
    const image = png(values, 20, 3);
    const wanted = Array.from({ length: 320 }, (_, i) => [...values.subarray(3 * i, 3 * i + 3)]);
    expect(await pixelsOf(await image.clone().png({ progressive: true }).toBuffer())).toEqual(
      wanted,
    );
    const options = { quality: 100, chromaSubsampling: '4:4:4' };
    const plain = await pixelsOf(await image.clone().jpeg(options).toBuffer());
    const progressive = await image
      .clone()
      .jpeg({ ...options, progressive: true })
      .toBuffer();
    expect(await pixelsOf(progressive)).toEqual(plain);
  });

  it('reads on where libjpeg only warns, as of extra bytes before a marker', async () => {
    const content = await png(new Uint8Array(3 * 64).fill(99), 8, 3)
      .jpeg()
      .toBuffer();
    const extra = Buffer.concat([
      ...[content.subarray(0, -2), Buffer.from([1, 2, 3, 4, 5]), content.subarray(-2)],
    ]);
    expect(await pixelsOf(extra)).toEqual(await pixelsOf(content));
  });
});
