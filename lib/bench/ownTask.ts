import type { Work } from './work';

/** What the program of ours is told first: which of its ways of training to use, and on what. */
export interface OwnTask {
  readonly work: Work;
  /** 'tf-layers' is the same network as a model of tf.layers, without the kernels of this kit. */
  readonly program: 'lab' | 'tf-layers';
  readonly execution: 'compiled' | 'eager';
  readonly backend: 'tensorflow' | 'wasm';
}
