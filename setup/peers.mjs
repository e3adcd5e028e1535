/** Step: Keras and PyTorch in a Python environment of their own, `.lab/peers`, for `lab bench --peers`; not part of the set-up. */
import { pythonPackages } from './pythonPackages.mjs';
import { TENSORFLOW_VERSION } from './tensorflowWheel.mjs';

/**
 * On Linux, PyTorch comes from the package index with CUDA, which nothing here uses, but without which it does not load.
 * Where pip's settings name an index with a smaller build of the same version, pip takes that.
 */
export const peers = pythonPackages({
  name: 'Keras and PyTorch',
  folder: 'peers',
  // The same TensorFlow as in the native runtime, so that a comparison is one of programs, not of kernels.
  installs: [[`tensorflow-cpu==${TENSORFLOW_VERSION}`, 'keras==3.15.1', 'torch==2.15.0']],
  size: '6 GB on the disk',
  costs: 'there is nothing to compare with; everything else works',
});
