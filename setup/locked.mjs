/** Runs steps of the set-up one process at a time, with a folder for what is temporary. */
import { accessSync, constants, mkdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { createRunner } from './commands.mjs';
import { takeLock } from './lock.mjs';
import { runSteps } from './steps.mjs';

/** Answers that are asked for once. */
export function createOnce() {
  const answers = new Map();
  return (name, ask) => {
    if (!answers.has(name)) answers.set(name, ask());
    return answers.get(name);
  };
}

/** npm and pip keep their caches where they always do, unless that place cannot be written. */
function cacheFolders(lab) {
  try {
    accessSync(homedir(), constants.W_OK);
    return {};
  } catch {
    return { npm_config_cache: join(lab, 'cache/npm'), PIP_CACHE_DIR: join(lab, 'cache/pip') };
  }
}

/** Runs steps while no other set-up runs in this folder, and removes what they leave behind, however it ends. */
export async function runLocked(steps, context, skipped = {}) {
  const { root, lab, temporary, say } = context;
  const lock = await takeLock(lab, { say });
  const runner = createRunner({
    cwd: root,
    logFolder: join(lab, 'logs'),
    // What the programs keep for a while stays inside the project, too.
    env: { ...context.env, ...cacheFolders(lab), TMPDIR: temporary },
    started: lock.childStarted,
  });
  const cleanUp = () => {
    rmSync(temporary, { recursive: true, force: true });
    lock.release();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      runner.stop();
      cleanUp();
      console.error(`\nStopped by ${signal}; run the same command again to go on.`);
      process.exit(130);
    });
  }
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  try {
    return await runSteps(steps, { ...context, run: runner.run }, skipped);
  } finally {
    cleanUp();
  }
}
