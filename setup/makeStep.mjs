/** Makes one step that is not part of the set-up, for a program that needs it. */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createRunner } from './commands.mjs';
import { takeLock } from './lock.mjs';
import { runSteps } from './steps.mjs';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const LAB = join(ROOT, '.lab');

/** True when the step is ready or could be made; says on stderr what it does, or what is missing and what to do. */
export async function makeStep(step) {
  if (step.ready({ root: ROOT, lab: LAB }) !== undefined) return true;
  const temporary = join(LAB, 'tmp');
  const say = (text) => console.error(text);
  const lock = await takeLock(LAB, { say });
  const { run, stop } = createRunner({
    cwd: ROOT,
    logFolder: join(LAB, 'logs'),
    env: { ...process.env, TMPDIR: temporary },
    started: lock.childStarted,
  });
  const cleanUp = () => {
    rmSync(temporary, { recursive: true, force: true });
    lock.release();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      stop();
      cleanUp();
      process.exit(130);
    });
  }
  try {
    mkdirSync(temporary, { recursive: true });
    return await makeLocked(step, { temporary, run, say });
  } finally {
    cleanUp();
  }
}

async function makeLocked(step, parts) {
  const context = { root: ROOT, lab: LAB, env: process.env, once: createOnce(), ...parts };
  const [{ state, detail, remedy }] = await runSteps([step], context);
  if (state === 'ready') return true;
  parts.say([detail, remedy].filter(Boolean).join('\n'));
  return false;
}

/** Answers that are asked for once. */
function createOnce() {
  const answers = new Map();
  return (name, ask) => {
    if (!answers.has(name)) answers.set(name, ask());
    return answers.get(name);
  };
}
