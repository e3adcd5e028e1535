/** Step: the native TensorFlow runtime, `.lab/native`: libraries from the Python wheel and a binding compiled here. */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import {
  bindingKey,
  compileBinding,
  findCompiler,
  hasBinding,
  isLinked,
  link,
  unlink,
  verify,
} from './binding.mjs';
import { ONLINE, Problem } from './problem.mjs';
import { findPip } from './python.mjs';
import { pipRegistryProblem } from './registries.mjs';
import { hashOf, isStamped, removeStamp, writeStamp } from './stamps.mjs';
import { hasLibraries, installWheel, ROOM, TENSORFLOW_VERSION } from './tensorflowWheel.mjs';

const folder = (lab) => join(lab, 'native');

export const tensorflow = {
  name: 'TensorFlow',
  costs: 'everything runs on the WebAssembly backend',

  ready(context) {
    const { root, lab } = context;
    const isTried = () =>
      isLinked(root, folder(lab)) && isStamped(lab, 'tensorflow-trial', trialKey(context));
    return isSupported() && isBuilt(context) && isTried() ? describe(lab) : undefined;
  },

  async make(context) {
    const native = folder(context.lab);
    if (!isSupported()) {
      throw new Problem(
        `The native runtime exists for Linux on x86-64 with glibc 2.27 or newer; this is ${machine()}.`,
        'Nothing to do: the WebAssembly backend is used.',
      );
    }
    if (!isBuilt(context)) await buildNative(context);
    link(context.root, native);
    await verifyOrUnlink(context);
    writeStamp(context.lab, 'tensorflow-trial', trialKey(context));
  },
};

const glibc = () => process.report.getReport().header.glibcVersionRuntime;
const machine = () =>
  `${process.platform} on ${process.arch}${glibc() ? ` with glibc ${glibc()}` : ''}`;

function isSupported() {
  if (process.platform !== 'linux' || process.arch !== 'x64' || !glibc()) return false;
  const [major, minor] = glibc().split('.').map(Number);
  return major > 2 || minor >= 27;
}

/** The GPU's libraries are worth their size only where NVIDIA's driver is. */
const wantedVariant = ({ hasNvidiaDriver }) => (hasNvidiaDriver ? 'gpu' : 'cpu');

const key = (context) =>
  hashOf(TENSORFLOW_VERSION, wantedVariant(context), bindingKey(context.root));
const trialKey = (context) => hashOf(key(context), process.version);

function isBuilt(context) {
  const native = folder(context.lab);
  return (
    isStamped(context.lab, 'tensorflow', key(context)) &&
    hasBinding(native) &&
    hasLibraries(join(native, 'python'))
  );
}

/** Made in a temporary folder and moved as a whole, so that what stands in `.lab/native` is always complete. */
async function buildNative(context) {
  const [compiler, pip] = await findTools(context);
  const problem = await pipRegistryProblem(context, pip);
  if (problem) throw new Problem(`TensorFlow cannot be fetched: ${problem}.`, ONLINE);
  const size = wantedVariant(context) === 'gpu' ? 'with the GPU libraries 4 GB' : '300 MB';
  context.say(`TensorFlow: installing the native runtime (${size}) ...`);
  const made = join(context.temporary, 'native');
  const about = await installVariant(context, pip, join(made, 'python'));
  await compileBinding(context, compiler, made);
  writeFileSync(join(made, 'about.json'), `${JSON.stringify(about, null, 2)}\n`);
  removeStamp(context.lab, 'tensorflow');
  rmSync(folder(context.lab), { recursive: true, force: true });
  renameSync(made, folder(context.lab));
  writeStamp(context.lab, 'tensorflow', key(context));
}

/** Names everything that is missing at once. */
async function findTools(context) {
  const found = [];
  const missing = [];
  for (const find of [findCompiler, findPip])
    await find(context).then(
      (it) => found.push(it),
      (it) => missing.push(it),
    );
  if (missing.length === 0) return found;
  const all = (of) => missing.map(of).join(' ');
  throw new Problem(
    all((it) => it.message),
    all((it) => it.remedy),
  );
}

/** On a machine with a GPU a failing GPU wheel costs the GPU, not the native runtime. */
async function installVariant(context, pip, target) {
  const wanted = wantedVariant(context);
  try {
    await installOne(context, pip, target, wanted);
    return { version: TENSORFLOW_VERSION, variant: wanted };
  } catch (error) {
    if (wanted === 'cpu') throw error;
    await installOne(context, pip, target, 'cpu');
    return { version: TENSORFLOW_VERSION, variant: 'cpu', noGpuBecause: error.message };
  }
}

async function installOne(context, pip, target, variant) {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const { bavail, bsize } = statfsSync(target);
  if (bavail * bsize < ROOM[variant]) {
    const [has, needs] = [bavail * bsize, ROOM[variant]].map(
      (bytes) => `${(bytes / 1e9).toFixed(1)} GB`,
    );
    throw new Problem(
      `The disk has ${has} free; installing TensorFlow takes ${needs}.`,
      'Make room on the disk.',
    );
  }
  await installWheel(context, pip, target, variant);
}

async function verifyOrUnlink(context) {
  try {
    await verify(context);
  } catch (error) {
    unlink(context.root);
    throw error;
  }
}

function describe(lab) {
  const file = join(folder(lab), 'about.json');
  if (!existsSync(file)) return TENSORFLOW_VERSION;
  const { version, variant } = JSON.parse(readFileSync(file, 'utf8'));
  return `${version}, ${variant === 'gpu' ? 'with' : 'without'} GPU libraries`;
}
