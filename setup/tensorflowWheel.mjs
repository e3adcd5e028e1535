/** TensorFlow's libraries and headers, taken from its Python wheel without installing anything into a Python. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { whatWentWrong } from './commands.mjs';
import { Problem } from './problem.mjs';
import { PIP_ENVIRONMENT } from './python.mjs';

export const TENSORFLOW_VERSION = '2.21.0';

/** The Python that the wheel is chosen for; the libraries do not depend on it, so the user's may be another. */
const WHEEL_FOR = [
  '--python-version',
  '3.12',
  '--implementation',
  'cp',
  '--abi',
  'cp312',
  '--abi',
  'none',
  '--abi',
  'abi3',
];

/** Room on the disk while installing, in bytes: download, unpacked wheel, copy. */
export const ROOM = { cpu: 3e9, gpu: 12e9 };
const SECONDS = { cpu: 600, gpu: 1800 };

/** Puts the wheel into `folder`; on `gpu` also the CUDA libraries that it names. Throws a Problem when pip fails. */
export async function installWheel(context, pip, folder, variant) {
  const name = variant === 'gpu' ? 'tensorflow' : 'tensorflow-cpu';
  await install(context, pip, folder, variant, [`${name}==${TENSORFLOW_VERSION}`]);
  if (variant === 'gpu') await install(context, pip, folder, variant, cudaRequirements(folder));
  keepLibraries(join(folder, 'tensorflow'));
}

async function install(context, pip, folder, variant, requirements) {
  const options = [
    '--no-deps',
    '--no-compile',
    '--only-binary=:all:',
    '--progress-bar',
    'off',
    '--retries',
    '2',
    ...WHEEL_FOR,
  ];
  const command = [...pip, 'install', ...options, '--target', folder, ...requirements];
  const done = await context.run('tensorflow-wheel', command, {
    seconds: SECONDS[variant],
    env: PIP_ENVIRONMENT,
  });
  if (done.ok) return;
  throw new Problem(`pip could not install ${requirements[0]}: ${whatWentWrong(done)}`);
}

/** What the wheel's METADATA asks for under its extra `and-cuda`. */
export function cudaRequirements(folder) {
  const info = readdirSync(folder).find((name) => /^tensorflow-.*\.dist-info$/.test(name));
  const metadata = readFileSync(join(folder, info ?? '', 'METADATA'), 'utf8');
  const pattern = /^Requires-Dist: ([^;\s]+)\s*;\s*extra == ['"]and-cuda['"]\s*$/gm;
  return [...metadata.matchAll(pattern)].map(([, requirement]) => requirement);
}

/** Of 1.3 GB, Node needs the two libraries, and the compiler the headers; the Python code can go. */
function keepLibraries(folder) {
  for (const name of readdirSync(folder)) {
    const isNeeded = /^libtensorflow_(cc|framework)\.so/.test(name) || name === 'include';
    if (!isNeeded) rmSync(join(folder, name), { recursive: true });
  }
}

/** True when the libraries that the binding loads are there. */
export function hasLibraries(folder) {
  const names = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
  return names.every((name) => existsSync(join(folder, 'tensorflow', name)));
}
