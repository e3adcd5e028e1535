import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Picture } from '../../../lib/images/picture';
import { resizedJpeg, resizedPng } from '../../images/madeFiles';
import { IMAGE_FORMS } from './imageForms';

/** What is said of each file that is no image, by its name. */
export const HOSTILE_FILES: Readonly<Record<string, RegExp>> = {
  'cut off.jpg': /is damaged or cut off/,
  'cut off.png': /is damaged or cut off/,
  'empty.jpg': /is empty/,
  'letter.jpg': /is no image/,
  'film.jpeg': /is a GIF image/,
  'nowhere.png': /there is no such file/,
  'round.png': /symbolic link that leads back to itself/,
  'too large.jpg': /has 20000x20000 pixels/,
  'too large.png': /has 20000x20000 pixels/,
};

/** Writes the files of `HOSTILE_FILES` into a folder. */
export async function writeHostileFiles(folder: string, picture: Picture): Promise<void> {
  const [jpeg, png] = await Promise.all(
    [IMAGE_FORMS.jpeg, IMAGE_FORMS.png].map(async (form) => (await form(picture)).content),
  );
  const contents: Readonly<Record<string, Buffer | string>> = {
    'cut off.jpg': jpeg.subarray(0, Math.floor(jpeg.length / 2)),
    'cut off.png': png.subarray(0, Math.floor(png.length / 2)),
    'empty.jpg': '',
    'letter.jpg': 'Dear reader, this is no picture.',
    'film.jpeg': 'GIF89a, and so on',
    'too large.jpg': resizedJpeg(jpeg, 20_000, 20_000),
    'too large.png': resizedPng(png, 20_000, 20_000),
  };
  for (const [name, content] of Object.entries(contents)) {
    writeFileSync(path.join(folder, name), content);
  }
  symlinkSync('round.png', path.join(folder, 'round.png'));
  symlinkSync('nothing.png', path.join(folder, 'nowhere.png'));
}
