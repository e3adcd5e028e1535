/** The set-up program: everything the laboratory needs, inside the project folder; see HELP in flags.mjs. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from './build.mjs';
import { cifar10 } from './cifar10.mjs';
import { findProgram } from './commands.mjs';
import { HELP, parseFlags } from './flags.mjs';
import { jupyter } from './jupyter.mjs';
import { createOnce, runLocked } from './locked.mjs';
import { npmPackages } from './npmPackages.mjs';
import { closingReport } from './report.mjs';
import { runSteps } from './steps.mjs';
import { tensorflow } from './tensorflow.mjs';

const STEPS = [npmPackages, build, tensorflow, jupyter, cifar10];
const OLDEST_NODE = [20, 9];

const exitCode = await main(process.argv.slice(2));
process.exitCode = exitCode;

async function main(args) {
  const flags = readFlags(args);
  if (!flags) return 2;
  if (flags.help) {
    console.log(HELP);
    return 0;
  }
  if (!isNodeNewEnough()) {
    console.error(
      `Node ${process.version} is too old; install Node ${OLDEST_NODE.join('.')} or newer.`,
    );
    return 1;
  }
  return setUp(flags);
}

function readFlags(args) {
  try {
    return parseFlags(args);
  } catch (error) {
    console.error(error.message);
    return undefined;
  }
}

function isNodeNewEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

async function setUp(flags) {
  const start = Date.now();
  const skipped = {
    ...(flags['no-native'] && { [tensorflow.name]: '--no-native' }),
    ...(flags['no-jupyter'] && { [jupyter.name]: '--no-jupyter' }),
  };
  const context = createContext(flags.offline);
  const isDone = STEPS.every((step) => skipped[step.name] || step.ready(context) !== undefined);
  const rows = await (isDone
    ? runSteps(STEPS, context, skipped)
    : runLocked(STEPS, context, skipped));
  const failed = rows.some(({ state }, index) => STEPS[index].isNeeded && state !== 'ready');
  const report = closingReport(rows, (Date.now() - start) / 1000);
  (failed ? console.error : console.log)(report);
  return failed ? 1 : 0;
}

/** What every step gets: the folders, the environment, how to run programs, and answers that are asked for once. */
function createContext(offline) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const lab = join(root, '.lab');
  return {
    root,
    lab,
    temporary: join(lab, 'tmp'),
    env: process.env,
    offline,
    hasNvidiaDriver: hasNvidiaDriver(process.env),
    say: (text) => console.log(text),
    once: createOnce(),
  };
}

function hasNvidiaDriver(env) {
  if (existsSync('/proc/driver/nvidia/version')) return true;
  const program = findProgram(['nvidia-smi'], env);
  return program !== undefined && spawnSync(program, ['-L'], { timeout: 5000 }).status === 0;
}
