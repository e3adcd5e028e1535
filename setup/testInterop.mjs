/** `npm run test:interop`: tests against the files and readers of real packages, which it installs on first use. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import {
  interopPackages,
  interopPython,
  tensorboardPackages,
  tensorboardPython,
} from './interopPackages.mjs';
import { LAB, makeStep, ROOT } from './makeStep.mjs';

const isReady = (await makeStep(interopPackages)) && (await makeStep(tensorboardPackages));
process.exitCode = isReady ? runTests() : 1;

function runTests() {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const words = [vitest, 'run', '--config', 'vitest.interop.config.mts', ...process.argv.slice(2)];
  const env = {
    ...process.env,
    LAB_INTEROP_PYTHON: interopPython(LAB),
    LAB_TENSORBOARD_PYTHON: tensorboardPython(LAB),
  };
  const { status } = spawnSync(process.execPath, words, { cwd: ROOT, env, stdio: 'inherit' });
  return status ?? 1;
}
