/** SIMD kernels on the heap of the wasm backend: addresses are bytes, everything else counts floats. */
export { addGradientMoments, addMoments, normalise, normaliseGradient } from './batchNorm';
export { copyColumns } from './columns';
export { convolve, sizeOfConvolveWorkspace } from './convolve';
export { moveTowards, reluGradient, rmspropUpdate } from './elementwise';
export { packFilter, packTurnedFilter } from './filter';
export { filterGradient, sizeOfFilterGradientSums } from './filterGradient';
export { padImages } from './images';
export { averagePoolGradient, maxPoolGradient } from './pooling';
