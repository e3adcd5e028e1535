import type { Backend } from '../backend/select';

/**
 * How many tolerances of the reference a difference may have.
 *
 * The tolerance was set for TensorFlow and PyTorch. XNNPACK, with which the wasm backend computes, sums in another
 * order, in single precision.
 */
const ALLOWED: Readonly<Record<Backend['name'], number>> = { tensorflow: 1, wasm: 3 };

/** How many tolerances of the reference a difference of floating point numbers may have on a backend. */
export function allowedOn({ name }: Backend): number {
  return ALLOWED[name];
}

/**
 * Asks TensorFlow to compute without oneDNN, as the reference was made; a choice of the user's own stays.
 *
 * TensorFlow reads the variable when it loads: call it before the backend is selected.
 */
export function switchOneDnnOff(): void {
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '0';
}
