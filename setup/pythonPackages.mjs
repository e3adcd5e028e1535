/** Steps that install Python packages into an environment of their own below `.lab`, when something asks for them. */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

import { whatWentWrong } from './commands.mjs';
import { ONLINE, Problem } from './problem.mjs';
import { environmentPython, findPip, makeEnvironment, PIP_ENVIRONMENT } from './python.mjs';
import { pipRegistryProblem } from './registries.mjs';
import { hashOf, isStamped, removeStamp, writeStamp } from './stamps.mjs';

const OPTIONS = ['--prefer-binary', '--no-compile', '--progress-bar', 'off', '--retries', '2'];

/** The interpreter of the environment `.lab/<folder>`. */
export const packagesPython = (lab, folder) => environmentPython(join(lab, folder));

/**
 * A step (see steps.mjs) that makes `.lab/<folder>`: `installs` are the words of one `pip install` after the other, `size`
 * is what they fetch, in words, `costs` what is lost without them. Its `make` throws a Problem without Python or network.
 */
export function pythonPackages({ name, folder, installs, size, costs }) {
  // The interpreter is part of the key: an environment does not outlive an upgrade of the Python that it was made with.
  const key = (python) => hashOf(installs, realpathSync(python));
  const packages = installs.flat().filter((word) => !word.startsWith('--'));

  return {
    name,
    costs,

    ready({ lab }) {
      const python = packagesPython(lab, folder);
      const isMade = existsSync(python) && isStamped(lab, folder, key(python));
      return isMade ? packages.join(', ').replaceAll('==', ' ') : undefined;
    },

    async make(context) {
      const { lab, say } = context;
      const problem = await pipRegistryProblem(context, await findPip(context));
      if (problem) throw new Problem(`${name} cannot be fetched: ${problem}.`, ONLINE);
      say(`${name}: installing into .lab/${folder} (${size}) ...`);
      removeStamp(lab, folder);
      await makeEnvironment(context, join(lab, folder));
      const python = packagesPython(lab, folder);
      for (const words of installs) await install(context, folder, python, words);
      writeStamp(lab, folder, key(python));
    },
  };
}

async function install(context, folder, python, words) {
  const command = [python, '-m', 'pip', 'install', ...OPTIONS, ...words];
  const done = await context.run(folder, command, { seconds: 1800, env: PIP_ENVIRONMENT });
  if (done.ok) return;
  throw new Problem(
    `pip could not install ${words.join(' ')}: ${whatWentWrong(done)} (all messages: ${done.log})`,
  );
}
