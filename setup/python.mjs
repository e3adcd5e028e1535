/** Finds a Python that can do what the set-up needs, and a pip that works with it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { findProgram, whatWentWrong } from './commands.mjs';
import { Problem } from './problem.mjs';

/** JupyterLab 4.6 and its parts need this much. */
const OLDEST = [3, 10];
const NEWER = [14, 13, 12, 11, 10].map((minor) => `python3.${minor}`);
const FACTS = `import sys, json, importlib.util as u
print(json.dumps({"version": sys.version_info[:3], **{m: u.find_spec(m) is not None for m in ("venv", "ensurepip", "pip")}}))`;

/** Environment that keeps the user's pip settings but not those that contradict a folder of our own. */
export const PIP_ENVIRONMENT = {
  PIP_USER: '0',
  PIP_REQUIRE_VIRTUALENV: '0',
  PIP_NO_INPUT: '1',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  PYTHONNOUSERSITE: '1',
};

/**
 * The first Python on PATH that is new enough: `{path, version, venv, pip}`, the last two telling whether it has them.
 * Throws a Problem when there is none.
 */
export function findPython(context) {
  return context.once('python', async () => {
    let tooOld;
    for (const name of ['python3', 'python', ...NEWER]) {
      const path = findProgram([name], context.env);
      const python = path && (await examine(context, path));
      if (python && isEnough(python.version)) return python;
      tooOld ??= python?.version.join('.');
    }
    const oldest = OLDEST.join('.');
    throw new Problem(
      tooOld ? `Python ${tooOld} is too old.` : 'There is no Python on PATH.',
      `Install Python ${oldest} or newer (Debian, Ubuntu: apt install python3 python3-venv).`,
    );
  });
}

const isEnough = ([major, minor]) =>
  major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);

/** What this Python is and has; undefined when it does not run (a broken shim, say). */
async function examine(context, path) {
  const answer = await context.run('python', [path, '-c', FACTS], { seconds: 10 });
  if (!answer.ok) return undefined;
  const { version, venv, ensurepip, pip } = JSON.parse(answer.output.trim().split('\n').at(-1));
  return { path, version, venv: venv && ensurepip, pip };
}

/** Makes a virtual environment in `folder`; throws a Problem when this Python cannot. */
export async function makeEnvironment(context, folder) {
  const python = await findPython(context);
  const remedy = 'Install the venv module of Python (Debian, Ubuntu: apt install python3-venv).';
  if (!python.venv) throw new Problem('This Python lacks its venv module.', remedy);
  const made = await context.run('venv', [python.path, '-m', 'venv', '--clear', folder], {
    seconds: 120,
  });
  if (!made.ok) throw new Problem(`python -m venv failed: ${whatWentWrong(made)}`, remedy);
}

/** The interpreter inside a virtual environment. */
export function environmentPython(folder) {
  return process.platform === 'win32'
    ? join(folder, 'Scripts/python.exe')
    : join(folder, 'bin/python');
}

/** A command that runs pip: the found Python's own, else one from a throw-away environment. */
export async function findPip(context) {
  const python = await findPython(context);
  if (python.pip) return [python.path, '-m', 'pip'];
  const folder = join(context.temporary, 'pip');
  if (!existsSync(environmentPython(folder))) await makeEnvironment(context, folder);
  return [environmentPython(folder), '-m', 'pip'];
}
