import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { LayersModel, Variable } from '@tensorflow/tfjs';

/** The weights of the models that something refers to, as far as the garbage collector has looked. */
const held = new Set<readonly Variable[]>();

const unreachable = new FinalizationRegistry<readonly Variable[]>((weights) => {
  held.delete(weights);
  weights.filter(({ isDisposed }) => !isDisposed).forEach((weight) => weight.dispose());
});

/**
 * Frees a model's weights when nothing refers to the model any more.
 *
 * A notebook's cell that runs again declares its variables again, so the run and the model of the time before are out of
 * reach, but their tensors are memory of the backend, which the garbage collector does not see.
 */
export function disposeWithModel(model: LayersModel): void {
  const weights = model.weights.map((weight) => weight.read() as Variable);
  held.add(weights);
  unreachable.register(model, weights);
}

/**
 * Frees the weights of all models that nothing refers to, now: without memory pressure of its own, Node might never look.
 * A matter of a tenth of a second where there are such models, and of nothing where there are none.
 */
export async function disposeUnreachableModels(): Promise<void> {
  if (held.size === 0) return;
  // What this turn of the event loop has looked at stays in reach until it ends.
  await nextTurn();
  collectGarbage();
  await nextTurn();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
