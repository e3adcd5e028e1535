/** Makes one step that is not part of the set-up, for a program that needs it. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createOnce, runLocked } from './locked.mjs';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const LAB = join(ROOT, '.lab');

/** True when the step is ready or could be made; says on stderr what it does, or what is missing and what to do. */
export async function makeStep(step) {
  const context = {
    root: ROOT,
    lab: LAB,
    temporary: join(LAB, 'tmp'),
    env: process.env,
    say: (text) => console.error(text),
    once: createOnce(),
  };
  if (step.ready(context) !== undefined) return true;
  const [{ state, detail, costs, remedy }] = await runLocked([step], context);
  if (state === 'ready') return true;
  context.say([detail, `Without it ${costs}.`, remedy].filter(Boolean).join('\n'));
  return false;
}
