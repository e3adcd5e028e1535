/** Runs other programs: never through a shell, always with a time limit, everything they print kept in a log. */
import { spawn } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
} from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';

const windows = process.platform === 'win32';

/** Full path of the first of these programs that stands on PATH; undefined when none does. */
export function findProgram(names, env = process.env) {
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter(Boolean);
  const endings = windows ? ['.exe', ''] : [''];
  for (const name of names) {
    for (const folder of folders) {
      for (const ending of endings) {
        const path = join(folder, name + ending);
        if (isExecutable(path)) return path;
      }
    }
  }
  return undefined;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** How to start npm: the one that runs us, else the one beside Node on Windows, else the one on PATH. */
export function npmCommand(env = process.env) {
  const runsUs = env.npm_execpath;
  if (runsUs && basename(runsUs) === 'npm-cli.js' && existsSync(runsUs)) {
    return [process.execPath, runsUs];
  }
  const bundled = join(dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js');
  return windows ? [process.execPath, bundled] : ['npm'];
}

/**
 * A runner that knows which program runs now, so that it can be stopped with all its children.
 * `started` hears the process id of each program and undefined at its end.
 */
export function createRunner({ cwd, logFolder, env, started = () => {} }) {
  let running;
  const stop = () => running && killWithChildren(running);

  /**
   * Runs a command to its end; what it prints goes to `<logFolder>/<name>.log`.
   * Resolves to `{ok, output, reason, log}`, reason in plain words when not ok; never rejects.
   */
  const run = (name, [program, ...args], { seconds, env: extra = {}, cwd: folder = cwd }) =>
    new Promise((resolve) => {
      mkdirSync(logFolder, { recursive: true });
      const log = join(logFolder, `${name}.log`);
      const file = openSync(log, 'w');
      const child = spawn(program, args, {
        cwd: folder,
        env: { ...env, ...extra },
        stdio: ['ignore', file, file],
        // A group of its own, so that the time limit also ends what the program has started.
        detached: !windows,
        windowsHide: true,
      });
      running = child;
      started(child.pid);
      let late = false;
      const limit = setTimeout(() => {
        late = true;
        killWithChildren(child);
      }, seconds * 1000);
      const finish = (reason) => {
        clearTimeout(limit);
        closeSync(file);
        running = undefined;
        started(undefined);
        resolve({ ok: reason === undefined, output: readFileSync(log, 'utf8'), reason, log });
      };
      child.once('error', (error) => finish(`${program} cannot be started (${error.message})`));
      child.once('exit', (code, signal) => {
        if (late) finish(`not finished after ${seconds} s`);
        else finish(code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`);
      });
    });

  return { run, stop };
}

function killWithChildren(child) {
  if (child.pid === undefined) return;
  try {
    if (windows) child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself in the meantime.
  }
}

/** Why a run failed: the program's own lines about it, at most `count`; ours when it had no time to say or said nothing. */
export function whatWentWrong({ output, reason }, count = 1) {
  const noise = /complete log of this run|^npm warn/i;
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  const errors = lines.filter(
    (line) => /(^|\s|:)(error|fatal|\w+Error)\b/i.test(line) && !noise.test(line),
  );
  const hasEnded = reason.startsWith('ended with exit code');
  return (hasEnded && errors.slice(0, count).join('\n')) || reason;
}
