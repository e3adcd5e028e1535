/** Step: Keras in a Python environment of its own, `.lab/peers`, for `lab bench --peers`; not part of the set-up. */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

import { whatWentWrong } from './commands.mjs';
import { Problem } from './problem.mjs';
import { environmentPython, findPip, makeEnvironment, PIP_ENVIRONMENT } from './python.mjs';
import { pipRegistryProblem } from './registries.mjs';
import { hashOf, isStamped, removeStamp, writeStamp } from './stamps.mjs';
import { TENSORFLOW_VERSION } from './tensorflowWheel.mjs';

/** The same TensorFlow as in the native runtime, so that a comparison is one of programs, not of kernels. */
const REQUIREMENTS = [`tensorflow-cpu==${TENSORFLOW_VERSION}`, 'keras==3.15.1'];

const folder = (lab) => join(lab, 'peers');

export const peers = {
  name: 'Keras',
  costs: 'there is nothing to compare with; everything else works',

  ready({ lab }) {
    const python = environmentPython(folder(lab));
    const isMade = existsSync(python) && isStamped(lab, 'peers', key(python));
    return isMade ? REQUIREMENTS.join(', ').replaceAll('==', ' ') : undefined;
  },

  async make(context) {
    const python = environmentPython(folder(context.lab));
    const problem = await pipRegistryProblem(context, await findPip(context));
    if (problem) {
      throw new Problem(`Keras cannot be fetched: ${problem}.`, 'Connect to the network.');
    }
    context.say('Keras: installing it with TensorFlow (300 MB) into .lab/peers ...');
    removeStamp(context.lab, 'peers');
    await makeEnvironment(context, folder(context.lab));
    const options = ['--prefer-binary', '--progress-bar', 'off', '--retries', '2'];
    const command = [python, '-m', 'pip', 'install', ...options, ...REQUIREMENTS];
    const done = await context.run('peers', command, { seconds: 900, env: PIP_ENVIRONMENT });
    if (!done.ok) {
      throw new Problem(`pip could not install ${REQUIREMENTS.join(' ')}: ${whatWentWrong(done)}`);
    }
    writeStamp(context.lab, 'peers', key(python));
  },
};

/** The interpreter is part of the key: an environment does not outlive an upgrade of the Python that it was made with. */
const key = (python) => hashOf(REQUIREMENTS, realpathSync(python));
