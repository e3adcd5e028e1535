/** Step: JupyterLab in a Python environment of the project's own, with the TypeScript kernel. */
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { whatWentWrong } from './commands.mjs';
import { ONLINE, Problem } from './problem.mjs';
import { environmentPython, findPip, makeEnvironment, PIP_ENVIRONMENT } from './python.mjs';
import { pipRegistryProblem } from './registries.mjs';
import { hashOf, isStamped, removeStamp, writeStamp } from './stamps.mjs';

/** Brings nbclient and nbconvert, which execute the notebooks. */
const JUPYTERLAB = 'jupyterlab==4.6.6';

const folder = (lab) => join(lab, 'venv');

export const jupyter = {
  name: 'Jupyter',
  costs: 'there are no notebooks; everything else works',

  ready({ root, lab }) {
    return isInstalled(lab) && hasKernel(root, lab) ? JUPYTERLAB.replace('==', ' ') : undefined;
  },

  async make(context) {
    if (!isInstalled(context.lab)) await install(context);
    writeKernel(context.root, context.lab);
  },
};

/** The interpreter is part of the key: an environment does not outlive an upgrade of the Python that it was made with. */
function isInstalled(lab) {
  const python = environmentPython(folder(lab));
  return existsSync(python) && isStamped(lab, 'jupyter', key(python));
}

const key = (python) => hashOf(JUPYTERLAB, realpathSync(python));

async function install(context) {
  const environment = folder(context.lab);
  const python = environmentPython(environment);
  const problem = await pipRegistryProblem(context, await findPip(context));
  if (problem) throw new Problem(`JupyterLab cannot be fetched: ${problem}.`, ONLINE);
  context.say('Jupyter: installing JupyterLab (60 MB) ...');
  removeStamp(context.lab, 'jupyter');
  await makeEnvironment(context, environment);
  const command = [
    python,
    '-m',
    'pip',
    'install',
    '--prefer-binary',
    '--progress-bar',
    'off',
    '--retries',
    '2',
    JUPYTERLAB,
  ];
  const done = await context.run('jupyterlab', command, { seconds: 600, env: PIP_ENVIRONMENT });
  if (!done.ok) {
    throw new Problem(`pip could not install ${JUPYTERLAB}: ${whatWentWrong(done)}`);
  }
  writeStamp(context.lab, 'jupyter', key(python));
}

const kernelFile = (lab) => join(folder(lab), 'share/jupyter/kernels/tslab/kernel.json');

/** Absolute paths, so that no PATH is needed; compared as a whole, so that it follows a moved folder or another Node. */
function kernelText(root) {
  const specification = {
    argv: [
      process.execPath,
      join(root, 'node_modules/tslab/bin/tslab'),
      'kernel',
      '--config-path',
      '{connection_file}',
    ],
    display_name: 'TypeScript (Inception Lab)',
    language: 'typescript',
    env: { TF_CPP_MIN_LOG_LEVEL: '3', TF_FORCE_GPU_ALLOW_GROWTH: 'true' },
  };
  return `${JSON.stringify(specification, null, 2)}\n`;
}

function hasKernel(root, lab) {
  const file = kernelFile(lab);
  return existsSync(file) && readFileSync(file, 'utf8') === kernelText(root);
}

function writeKernel(root, lab) {
  mkdirSync(dirname(kernelFile(lab)), { recursive: true });
  writeFileSync(kernelFile(lab), kernelText(root));
}
