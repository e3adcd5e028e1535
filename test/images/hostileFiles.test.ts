import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';

import { decodeImage } from '../../lib/images/decode';
import { ImageError } from '../../lib/images/imageError';
import { madeFile, madeFolder, resizedJpeg, resizedPng } from './madeFiles';

/** Noise, so that the end of the file holds pixels. */
const NOISE = sharp(
  Uint8Array.from({ length: 3 * 40 * 30 }, (_, index) => (index * index * 31 + index) % 256),
  { raw: { width: 40, height: 30, channels: 3 } },
);

async function reasonFor(file: string): Promise<string> {
  const error: unknown = await decodeImage({ file }).catch((error: unknown) => error);
  if (!(error instanceof ImageError)) return expect.fail(`${file}: ${String(error)}`);
  expect(error.file).toBe(file);
  expect(error.message).toBe(`${file} ${error.reason}.`);
  expect(error.reason).not.toMatch(/\n/);
  return error.reason;
}

describe('files that are no whole images', () => {
  it('are errors wherever they end', async () => {
    const jpeg = await NOISE.clone().jpeg().toBuffer();
    const png = await NOISE.clone().png().toBuffer();
    for (const content of [jpeg, png]) {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: content.length - 1 }), async (missing) => {
          const file = madeFile('cut.jpg', content.subarray(0, content.length - missing));
          expect(await reasonFor(file)).toMatch(/^is (damaged or cut off: |no image)/);
        }),
        { numRuns: 40, examples: [[1], [2], [12], [13], [Math.floor(content.length / 2)]] },
      );
    }
  });

  it('are errors or pictures, and nothing else, whatever bytes are changed', async () => {
    for (const content of [
      await NOISE.clone().jpeg().toBuffer(),
      await NOISE.clone().png().toBuffer(),
    ]) {
      const changes = fc.array(fc.tuple(fc.nat(content.length - 1), fc.nat(255)), {
        minLength: 1,
        maxLength: 8,
      });
      await fc.assert(
        fc.asyncProperty(changes, async (changed) => {
          const damaged = Buffer.from(content);
          changed.forEach(([at, byte]) => (damaged[at] = byte));
          const file = madeFile('damaged.png', damaged);
          const made = await decodeImage({ file }).catch((error: unknown) => error);
          if (made instanceof ImageError) return;
          const { width, height, pixels } = made as Awaited<ReturnType<typeof decodeImage>>;
          expect(pixels).toHaveLength(3 * width * height);
        }),
        { numRuns: 60 },
      );
    }
  });

  it('are named by what they are', async () => {
    expect(await reasonFor(madeFile('empty.jpg', ''))).toBe('is empty');
    expect(await reasonFor(madeFile('text.jpg', 'Dear reader'))).toMatch(/^is no image/);
    const pixel = sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } });
    for (const [format, name] of [
      ['gif', 'a GIF image'],
      ['webp', 'a WebP image'],
      ['tiff', 'a TIFF image'],
    ] as const) {
      const content = await pixel.clone().toFormat(format).toBuffer();
      expect(await reasonFor(madeFile('named.jpg', content))).toMatch(`is ${name}; JPEG and PNG`);
    }
    const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
    expect(await reasonFor(madeFile('drawing.png', drawing))).toMatch(/^is no image/);
  });

  it('are errors where the file system has no file to read', async () => {
    const folder = madeFolder();
    const inside = (name: string): string => path.join(folder, name);
    symlinkSync('loop.jpg', inside('loop.jpg'));
    symlinkSync('there.jpg', inside('here.jpg'));
    symlinkSync('here.jpg', inside('there.jpg'));
    symlinkSync('nothing.jpg', inside('dangling.jpg'));
    mkdirSync(inside('folder.jpg'));
    expect(await reasonFor(inside('loop.jpg'))).toMatch(/symbolic link that leads back to itself/);
    expect(await reasonFor(inside('here.jpg'))).toMatch(/symbolic link that leads back to itself/);
    expect(await reasonFor(inside('dangling.jpg'))).toMatch(/there is no such file/);
    expect(await reasonFor(inside('absent.jpg'))).toMatch(/there is no such file/);
    expect(await reasonFor(inside('folder.jpg'))).toBe('is a folder, not an image');
  });

  it.skipIf(process.platform === 'win32')('do not wait for a pipe that nobody fills', async () => {
    const pipe = path.join(madeFolder(), 'pipe.jpg');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    expect(await reasonFor(pipe)).toBe('is a pipe or a device, not an image');
  });
});

describe('files that would fill the memory', () => {
  it('are refused by their headers', async () => {
    const pixel = sharp({ create: { width: 16, height: 16, channels: 3, background: 'red' } });
    const png = resizedPng(await pixel.clone().png().toBuffer(), 20_000, 20_000);
    const jpeg = resizedJpeg(await pixel.clone().jpeg().toBuffer(), 20_000, 20_000);
    const before = process.resourceUsage().maxRSS;
    for (const content of [png, jpeg]) {
      const reason = await reasonFor(madeFile('bomb.jpg', content));
      expect(reason).toBe('has 20000x20000 pixels, 400 megapixels; up to 100 are read');
    }
    // The pixels would take 1.2 GB.
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(100 * 1024);
  });

  it('are refused by their length', async () => {
    const file = madeFile('long.jpg', await NOISE.clone().jpeg().toBuffer());
    truncateSync(file, 2 ** 28 + 1);
    expect(await reasonFor(file)).toBe('has 257 MiB; images of up to 256 MiB are read');
  });
});
