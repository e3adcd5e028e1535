/** Makes the environment of peers.mjs, unless it is there; says on stderr what it does, or what is missing. */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createRunner } from './commands.mjs';
import { takeLock } from './lock.mjs';
import { peers } from './peers.mjs';
import { runSteps } from './steps.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lab = join(root, '.lab');
process.exitCode = peers.ready({ lab }) === undefined ? await make() : 0;

async function make() {
  const temporary = join(lab, 'tmp');
  const say = (text) => console.error(text);
  const lock = await takeLock(lab, { say });
  const env = { ...process.env, TMPDIR: temporary };
  const runner = createRunner({
    cwd: root,
    logFolder: join(lab, 'logs'),
    env,
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
      process.exit(130);
    });
  }
  try {
    mkdirSync(temporary, { recursive: true });
    const context = { root, lab, temporary, env, say, once: once(), run: runner.run };
    const [{ state, detail, remedy }] = await runSteps([peers], context);
    if (state === 'ready') return 0;
    say([detail, remedy].filter(Boolean).join('\n'));
    return 1;
  } finally {
    cleanUp();
  }
}

/** Answers that are asked for once. */
function once() {
  const answers = new Map();
  return (name, ask) => {
    if (!answers.has(name)) answers.set(name, ask());
    return answers.get(name);
  };
}
