import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import sharp from 'sharp';

import { type Dataset, imageBytes } from '../../lib/data/dataset';
import type { Picture } from '../../lib/images/picture';
import { IMAGE_FORMS } from './imageFolder/imageForms';

/** Two of ImageNet's synsets for each class of CIFAR-10, in the order of its labels. */
const SYNSETS = [
  ['n02690373', 'n04552348'],
  ['n03100240', 'n04285008'],
  ['n01530575', 'n01531178'],
  ['n02123045', 'n02123394'],
  ['n02422699', 'n02423022'],
  ['n02088364', 'n02099601'],
  ['n01641577', 'n01644373'],
  ['n02389026', 'n02391049'],
  ['n03095699', 'n03947888'],
  ['n03345487', 'n04467665'],
] as const;

/** Width and height that the images are scaled to, in turn: square, wide, high, smaller than the original, one pixel. */
const SIZES = [
  [48, 64],
  [40, 40],
  [75, 50],
  [33, 90],
  [64, 48],
  [21, 27],
  [120, 36],
] as const;

/** An image of a made set. */
export interface MadeSetImage {
  /** Path below the folder of class folders, e.g. 'n02690373/3.png'. */
  readonly file: string;
  /** Its name in the flat folder, and its 1-based number there. */
  readonly flatFile: string;
  readonly number: number;
  readonly synset: string;
  /** The pixels that its file shows. */
  readonly picture: Picture;
}

/** A set in both of ImageNet's layouts, with the same images. */
export interface MadeImageFolder {
  /** Sorted, as classes are numbered. */
  readonly synsets: readonly string[];
  /** In the order of their numbers. */
  readonly images: readonly MadeSetImage[];
  /** A folder per class. */
  readonly classFolders: string;
  /** All images in one folder, named as ILSVRC's validation images, PNG files too. */
  readonly flatFolder: string;
  /** A synset per image of the flat folder. */
  readonly labels: string;
}

/**
 * Makes an ImageNet-layout set of 20 classes from CIFAR-10's test images, the images of each of its classes split into two.
 *
 * They are scaled to several sizes, mostly up, and kept in every one of `IMAGE_FORMS` in turn; one has a single pixel.
 */
export async function makeImageFolder(
  folder: string,
  { test, imageSize }: Dataset,
  perClass = 3,
): Promise<MadeImageFolder> {
  const [classFolders, flatFolder] = ['train', 'val'].map((name) => path.join(folder, name));
  for (const synset of SYNSETS.flat()) {
    mkdirSync(path.join(classFolders, synset), { recursive: true });
  }
  mkdirSync(flatFolder);
  const images: MadeSetImage[] = [];
  const counts = new Map<string, number>();
  const bytes = imageBytes(imageSize);
  for (let index = 0; images.length < perClass * SYNSETS.flat().length; index++) {
    const label = test.labels[index];
    const synset = SYNSETS[label].find((name) => (counts.get(name) ?? 0) < perClass);
    if (synset === undefined) continue;
    const count = (counts.get(synset) ?? 0) + 1;
    counts.set(synset, count);
    const pixels = test.pixels.subarray(index * bytes, (index + 1) * bytes);
    const original = { width: imageSize, height: imageSize, pixels };
    images.push(await writeImage(classFolders, flatFolder, synset, images.length, original));
  }
  const labels = path.join(folder, 'labels.txt');
  writeFileSync(labels, images.map(({ synset }) => `${synset}\n`).join(''));
  return { synsets: SYNSETS.flat().sort(), images, classFolders, flatFolder, labels };
}

async function writeImage(
  classFolders: string,
  flatFolder: string,
  synset: string,
  index: number,
  original: Picture,
): Promise<MadeSetImage> {
  const forms = Object.values(IMAGE_FORMS);
  const [width, height] = index === 0 ? [1, 1] : SIZES[index % SIZES.length];
  const scaled = await scaledTo(original, width, height);
  const { content, extension, picture } = await forms[index % forms.length](scaled);
  const number = index + 1;
  const file = `${synset}/${number}.${extension}`;
  const flatFile = `ILSVRC2012_val_${String(number).padStart(8, '0')}.JPEG`;
  writeFileSync(path.join(classFolders, file), content);
  linkSync(path.join(classFolders, file), path.join(flatFolder, flatFile));
  return { file, flatFile, number, synset, picture };
}

async function scaledTo(
  { pixels, ...size }: Picture,
  width: number,
  height: number,
): Promise<Picture> {
  const scaled = await sharp(pixels, { raw: { ...size, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
  return { width, height, pixels: scaled };
}
