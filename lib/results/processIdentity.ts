import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';

/** A process, told apart from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** When it started, in the terms of its system; absent where the system does not tell. */
  readonly started?: string;
}

/** The process that asks. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, host: os.hostname(), started: startOf(process.pid) };
}

/** Whether a process may still run; of those on other machines nobody here knows. */
export function mayRun({ pid, host, started }: ProcessIdentity): boolean {
  if (host !== os.hostname()) return true;
  if (!exists(pid)) return false;
  const now = startOf(pid);
  return started === undefined || now === undefined || started === now;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function startOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return linuxStart(pid);
    if (process.platform === 'win32') return undefined;
    // In one zone and language, for two processes compare what they see.
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
    return execFileSync('ps', ['-o', 'lstart=', '-p', `${pid}`], { encoding: 'utf8', env }).trim();
  } catch {
    return undefined;
  }
}

/** The boot and the clock tick since then; of a process that has ended but was not waited for, the word "ended". */
function linuxStart(pid: number): string {
  // After the name in brackets, which may hold spaces: field 1 is the state, field 20 the start time.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return fields[0] === 'Z' ? 'ended' : `${boot}:${fields[19]}`;
}
