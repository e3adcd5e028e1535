import { explainGpu, gpuFacts } from '../backend/gpu';
import { type Backend, type BackendChoice, selectBackend as select } from '../backend/select';
import { isNotebook } from '../figures/show';

/**
 * Loads the numerical runtime, TensorFlow where it can be loaded and wasm elsewhere, as `lab doctor` and all commands do.
 *
 * In a notebook it says when there is a GPU that is not used, with the reason and what to do: what TensorFlow itself says
 * about that goes to the terminal of Jupyter's server. Throws as the `selectBackend` of lib/backend does.
 */
export async function selectBackend(choice: BackendChoice = 'auto'): Promise<Backend> {
  const backend = await select(choice);
  if (isNotebook()) warnOfUnusedGpu(backend.name);
  return backend;
}

function warnOfUnusedGpu(name: Backend['name']): void {
  const { state, value, fix } = explainGpu(gpuFacts(name));
  // On stderr, because it says something about this machine and not about the notebook.
  if (state === 'warning') console.error(`GPU ${value}. ${fix ?? ''}`.trim());
}
