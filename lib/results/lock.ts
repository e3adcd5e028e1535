import { createHash, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import { LabError } from '../errors';
import { TEMPORARY } from '../files/durable';
import { mayRun, ownIdentity, type ProcessIdentity } from './processIdentity';

/** The right to work on a run, as long as it is held. */
export interface RunLock {
  /** Gives it back; the end of the process does, too. */
  release(): void;
}

/** Systems and file systems without hard links answer with one of these. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** A file that cannot be read as a lock may be one that is being written at this moment. */
const SECOND_LOOK_MILLISECONDS = 200;

const ownerSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  started: z.string().optional(),
  since: z.string(),
});

type Owner = z.infer<typeof ownerSchema>;

/**
 * Takes the lock of a run, or of the predictions of a model, also from a process that has died with it.
 *
 * Throws a LabError that names the file, the process and what to do when another process holds it. The folder is made;
 * errors of the file system are thrown as they are.
 */
export async function takeLock(file: string): Promise<RunLock> {
  mkdirSync(path.dirname(file), { recursive: true });
  // The token tells this lock from any other that the same process takes.
  const owner: Owner = { ...ownIdentity(), since: new Date().toISOString() };
  const content = `${JSON.stringify({ ...owner, token: randomUUID() })}\n`;
  await acquire(file, content);
  const release = () => {
    process.off('exit', release);
    if (read(file) === content) rmSync(file, { force: true });
  };
  process.once('exit', release);
  return { release };
}

/** Whether a process holds a lock; one on another machine is taken to be alive. */
export function isHeld(file: string): boolean {
  const content = read(file);
  const owner = content === undefined ? undefined : parseOwner(content);
  return owner !== undefined && mayRun(owner);
}

async function acquire(file: string, content: string): Promise<void> {
  while (!create(file, content)) {
    const found = await readSettled(file);
    const owner = found === undefined ? undefined : parseOwner(found);
    if (owner && mayRun(owner)) throw inUse(file, owner);
    if (found !== undefined && (await replace(file, found, content))) return;
  }
}

/**
 * Puts a lock in the place of one that a dead process left; false when it is not there any more.
 *
 * Of several that find the same dead lock, one gets the claim to it, which is a lock itself; so what it looked at
 * cannot change until it renames the claim.
 */
async function replace(file: string, found: string, content: string): Promise<boolean> {
  const claim = `${file}.${createHash('sha256').update(found).digest('hex').slice(0, 16)}`;
  await acquire(claim, content);
  if (read(file) === found) {
    renameSync(claim, file);
    return true;
  }
  rmSync(claim, { force: true });
  return false;
}

/** Makes the lock with its content in one go, so that nobody sees half of it; false when there is one. */
function create(file: string, content: string): boolean {
  const temporary = `${file}.${process.pid}.${randomUUID()}${TEMPORARY}`;
  try {
    writeFileSync(temporary, content, { flag: 'wx' });
    linkOrWrite(temporary, file, content);
    return true;
  } catch (error) {
    // ENOENT: the holder of the lock has cleared the temporary file away.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' && code !== 'ENOENT') throw error;
    return false;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function linkOrWrite(temporary: string, file: string, content: string): void {
  try {
    linkSync(temporary, file);
  } catch (error) {
    if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    writeFileSync(file, content, { flag: 'wx' });
  }
}

/** What the lock says; undefined when it is gone. */
async function readSettled(file: string): Promise<string | undefined> {
  const found = read(file);
  if (found === undefined || parseOwner(found)) return found;
  await sleep(SECOND_LOOK_MILLISECONDS);
  return read(file);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Who holds a lock; undefined for what is not a lock: then nobody does. */
function parseOwner(content: string): Owner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(content)).data;
  } catch {
    return undefined;
  }
}

function inUse(file: string, { pid, host, since }: ProcessIdentity & Owner): LabError {
  return new LabError(
    `Process ${pid} on ${host} has been working on this since ${since} (${file}). ` +
      `Wait for it or stop it; if there is no such process any more, delete ${file} and run the same command again.`,
  );
}
