/** Stamps: what a step was made from, so that it runs again exactly when that changes. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** SHA-256 (hexadecimal) of values that JSON can hold. */
export function hashOf(...values) {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}

/** Paths of all files below `folder`, relative to `root`, with `/`, in a stable order; none when it is absent. */
export function filesBelow(root, folder) {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [folder];
  const names = readdirSync(path).sort();
  return names.flatMap((name) => filesBelow(root, `${folder}/${name}`));
}

/** SHA-256 over names and contents of files and whole folders below `root`; an absent one counts as absent. */
export function hashFiles(root, paths) {
  const files = paths.flatMap((path) => filesBelow(root, path));
  const contents = files.map((file) => [
    file,
    createHash('sha256')
      .update(readFileSync(join(root, file)))
      .digest('hex'),
  ]);
  return hashOf(paths, contents);
}

const stampFile = (lab, name) => join(lab, 'stamps', name);

/** True when the step `name` was finished from exactly this key. */
export function isStamped(lab, name, key) {
  const file = stampFile(lab, name);
  return existsSync(file) && readFileSync(file, 'utf8').trim() === key;
}

/** Notes that the step `name` is finished; the last thing that a step does. */
export function writeStamp(lab, name, key) {
  const file = stampFile(lab, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${key}\n`);
}

/** Forgets a step before its output is touched, so that an interrupted one never passes for finished. */
export function removeStamp(lab, name) {
  rmSync(stampFile(lab, name), { force: true });
}
