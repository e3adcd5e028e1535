/** Step: the packages whose weight files are read, for `npm run test:interop`; not part of the set-up. */
import { packagesPython, pythonPackages } from './pythonPackages.mjs';

const FOLDER = 'interop';

/** The interpreter that has them. */
export const interopPython = (lab) => packagesPython(lab, FOLDER);

/**
 * On Linux, PyTorch comes from the package index with CUDA, which nothing here uses, but without which it does not load.
 * Where pip's settings name an index with a smaller build of the same version, pip takes that. Keras runs on PyTorch,
 * too, which spares TensorFlow. facenet-pytorch asks for a PyTorch of its own time, but works with this one; all that it
 * needs besides is `requests` and what timm brings.
 */
export const interopPackages = pythonPackages({
  name: 'Keras, timm and facenet-pytorch',
  folder: FOLDER,
  installs: [
    ['torch==2.15.0', 'timm==1.0.31', 'safetensors==0.8.0', 'keras==3.15.1', 'h5py', 'requests'],
    ['--no-deps', 'facenet-pytorch==2.6.0'],
  ],
  size: '5 GB on the disk',
  costs: 'the importers cannot be tested against real files',
});

const TENSORBOARD = 'tensorboard';

/** The interpreter that has TensorBoard, which needs packages of other versions. */
export const tensorboardPython = (lab) => packagesPython(lab, TENSORBOARD);

/** TensorBoard's reader, without TensorFlow. */
export const tensorboardPackages = pythonPackages({
  name: 'TensorBoard',
  folder: TENSORBOARD,
  installs: [['tensorboard==2.21.0']],
  size: '180 MB on the disk',
  costs: "event files cannot be tested with TensorBoard's own reader",
});
