/** Step: TypeScript into dist/, with nothing left there of sources that are gone. */
import { existsSync, rmSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

import { whatWentWrong } from './commands.mjs';
import { Problem } from './problem.mjs';
import { filesBelow, hashFiles, isStamped, removeStamp, writeStamp } from './stamps.mjs';

const SOURCES = ['lib', 'experiments'];
const SETTINGS = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
const key = (root) => hashFiles(root, [...SOURCES, ...SETTINGS]);

export const build = {
  name: 'build',
  isNeeded: true,

  ready({ root, lab }) {
    return isStamped(lab, 'build', key(root)) && outputsExist(root) ? 'dist/' : undefined;
  },

  async make(context) {
    const { root, lab } = context;
    context.say('build: compiling ...');
    const made = key(root);
    removeStamp(lab, 'build');
    const compiler = join(root, 'node_modules/typescript/lib/tsc.js');
    const command = [process.execPath, compiler, '-p', 'tsconfig.build.json', '--listEmittedFiles'];
    const done = await context.run('tsc', command, { seconds: 300 });
    if (!done.ok) {
      throw new Problem(
        `The TypeScript compiler failed:\n${whatWentWrong(done, 5)}`,
        `Mend the sources (all messages: ${done.log}).`,
      );
    }
    removeStale(root, emittedFiles(root, done.output));
    writeStamp(lab, 'build', made);
  },
};

function outputsExist(root) {
  const sources = SOURCES.flatMap((folder) => filesBelow(root, folder));
  const compiled = sources.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
  return compiled.every((file) => existsSync(join(root, 'dist', file.replace(/\.ts$/, '.js'))));
}

/** Paths relative to the project folder, with `/`, of what `tsc --listEmittedFiles` says it wrote. */
export function emittedFiles(root, output) {
  const lines = output.split(/\r?\n/).filter((line) => line.startsWith('TSFILE: '));
  return lines.map((line) =>
    relative(root, resolve(root, line.slice(8)))
      .split(sep)
      .join('/'),
  );
}

/** Deletes files below dist/ that this build did not write. */
export function removeStale(root, written) {
  const keep = new Set(written);
  for (const file of filesBelow(root, 'dist')) {
    if (!keep.has(file)) rmSync(join(root, file));
  }
}
