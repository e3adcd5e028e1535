/** Runs the steps one after the other and says how each went. */
import { Problem } from './problem.mjs';

/**
 * A step: `name`; `ready(context)`, a short description when its output is complete and up to date, else undefined (looks
 * at files only, in milliseconds); `make(context)`, which throws a Problem when it cannot be done; `isNeeded`, when
 * nothing works without it; else `costs`, what is lost without it.
 */

/** Rows for the closing table; stops at the first needed step that fails. `skipped` names steps to leave out. */
export async function runSteps(steps, context, skipped = {}) {
  const rows = [];
  for (const step of steps) {
    const flag = skipped[step.name];
    rows.push(flag ? skip(step, flag) : await runStep(step, context));
    if (step.isNeeded && rows.at(-1).state !== 'ready') break;
  }
  return rows;
}

const skip = ({ name }, flag) => ({ name, state: 'left out', detail: flag });

async function runStep(step, context) {
  const before = step.ready(context);
  if (before !== undefined) return { name: step.name, state: 'ready', detail: before };
  const start = Date.now();
  const seconds = () => ((Date.now() - start) / 1000).toFixed(1);
  try {
    await step.make(context);
    const detail = step.ready(context);
    if (detail === undefined)
      throw new Problem('It ended without what it should have made.', 'Please report this.');
    context.say(`${step.name}: ready (${seconds()} s)`);
    return { name: step.name, state: 'ready', detail };
  } catch (error) {
    context.say(`${step.name}: not ready (${seconds()} s)`);
    const remedy = error instanceof Problem ? error.remedy : undefined;
    return { name: step.name, state: 'missing', detail: error.message, costs: step.costs, remedy };
  }
}
