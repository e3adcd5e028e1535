/** Step: Keras in a Python environment of its own, `.lab/peers`, for `lab bench --peers`; not part of the set-up. */
import { pythonPackages } from './pythonPackages.mjs';
import { TENSORFLOW_VERSION } from './tensorflowWheel.mjs';

export const peers = pythonPackages({
  name: 'Keras',
  folder: 'peers',
  // The same TensorFlow as in the native runtime, so that a comparison is one of programs, not of kernels.
  installs: [[`tensorflow-cpu==${TENSORFLOW_VERSION}`, 'keras==3.15.1']],
  size: '300 MB',
  costs: 'there is nothing to compare with; everything else works',
});
