/** One set-up at a time in one project folder, also after a set-up that was killed in the middle. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Names a process so that a later one with the same number is not taken for it: on Linux number and start time.
 * Undefined when there is no such process.
 */
export function processIdentity(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return undefined;
  }
  return process.platform === 'linux' ? linuxIdentity(pid) : `${pid}`;
}

function linuxIdentity(pid) {
  try {
    // After the name in brackets, which may hold spaces: field 1 is the state, field 20 the start time.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : `${pid}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

const isAlive = (identity) =>
  identity !== undefined && processIdentity(Number.parseInt(identity, 10)) === identity;

/**
 * Takes the lock, waiting for another set-up that still runs.
 * Ends the program that a killed set-up left behind, so that it cannot write into what is made anew.
 * Throws when the other set-up still runs after `seconds`.
 */
export async function takeLock(lab, { seconds = 1800, say = () => {} } = {}) {
  mkdirSync(lab, { recursive: true });
  const file = join(lab, 'setup.lock');
  const own = processIdentity(process.pid);
  const write = (child) => writeFileSync(file, JSON.stringify({ own, child }));
  const until = Date.now() + seconds * 1000;
  let told = false;
  while (!tryCreate(file, own)) {
    const holder = await readHolder(file);
    if (holder && !isAlive(holder.own)) {
      await endLeftOver(holder.child);
      rmSync(file, { force: true });
    } else if (Date.now() > until) {
      throw new Error(
        `Another set-up has held ${file} for ${seconds} s; if none runs, delete that file.`,
      );
    } else {
      if (!told) say('Another set-up is running in this folder; waiting for it.');
      told = true;
      await sleep(500);
    }
  }
  return {
    childStarted: (pid) => write(pid === undefined ? undefined : processIdentity(pid)),
    release: () => rmSync(file, { force: true }),
  };
}

function tryCreate(file, own) {
  try {
    writeFileSync(file, JSON.stringify({ own }), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** What the lock file says; undefined when it is gone; one that stays unreadable counts as held by nobody. */
async function readHolder(file) {
  for (const last of [false, true]) {
    if (!existsSync(file)) return undefined;
    try {
      return JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      // Being written at this moment, or cut off (by a full disk, say): the second look tells.
      if (!last) await sleep(200);
    }
  }
  return {};
}

/** Only where the identity is certain (Linux): elsewhere a number alone could mean an innocent process. */
async function endLeftOver(child) {
  if (process.platform !== 'linux' || !isAlive(child)) return;
  process.kill(-Number.parseInt(child, 10), 'SIGKILL');
  while (isAlive(child)) await sleep(50);
}
