/** Step: the npm packages, exactly as package-lock.json names them, and the link by which notebooks import the kit. */
import { existsSync, lstatSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { npmCommand, whatWentWrong } from './commands.mjs';
import { Problem } from './problem.mjs';
import { npmRegistryProblem } from './registries.mjs';

export const npmPackages = {
  name: 'npm packages',
  isNeeded: true,

  /** What stands in node_modules is compared with the lock file, so it needs no stamp. */
  ready({ root }) {
    return isInstalled(root) && isLinked(root) ? 'as in package-lock.json' : undefined;
  },

  async make(context) {
    if (!isInstalled(context.root)) await install(context);
    link(context.root);
  },
};

/** True when every package of the lock file stands in node_modules in its version; optional ones may be absent. */
export function isInstalled(root) {
  const [manifest, lock] = ['package.json', 'package-lock.json'].map((file) =>
    readJson(join(root, file)),
  );
  const installed = readJson(join(root, 'node_modules/.package-lock.json'))?.packages;
  if (!lock || !installed) return false;
  const { '': project, ...wanted } = lock.packages;
  const isWhole = ([path, { version, integrity, optional, devOptional }]) => {
    const found = installed[path];
    if (!found) return optional === true || devOptional === true;
    const same = found.version === version && found.integrity === integrity;
    return same && existsSync(join(root, path, 'package.json'));
  };
  const asked = (of) => [of.dependencies ?? {}, of.devDependencies ?? {}];
  return (
    isDeepStrictEqual(asked(manifest), asked(project)) && Object.entries(wanted).every(isWhole)
  );
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

async function install(context) {
  context.say('npm packages: installing ...');
  const problem = await npmRegistryProblem(context);
  // Without a registry npm's own cache may still hold everything.
  const network = problem ? '--offline' : '--prefer-offline';
  // NODE_ENV=production would leave out the compiler.
  const command = [...npmCommand(context.env), 'ci', '--include=dev', network];
  const done = await context.run('npm-ci', command, { seconds: 900 });
  if (done.ok) return;
  if (problem) {
    throw new Problem(
      `Packages are missing, and ${problem}.`,
      'Check the network, or the registry and proxy in your npm settings (npm config list).',
    );
  }
  throw new Problem(
    `npm ci failed:\n${whatWentWrong(done, 3)}`,
    `All that npm said is in ${done.log}.`,
  );
}

const linkPath = (root) => join(root, 'node_modules/inception-lab');
// A relative link moves with the folder; Windows lets ordinary users make junctions only, and those are absolute.
const linkTarget = (root) => (process.platform === 'win32' ? root : '..');

function isLinked(root) {
  const path = linkPath(root);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isSymbolicLink()) return false;
  return process.platform === 'win32'
    ? existsSync(join(path, 'package.json'))
    : readlinkSync(path) === '..';
}

function link(root) {
  if (isLinked(root)) return;
  rmSync(linkPath(root), { force: true, recursive: true });
  symlinkSync(linkTarget(root), linkPath(root), 'junction');
}
