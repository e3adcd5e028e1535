import * as tf from '@tensorflow/tfjs';

/** Puts back what a planted fault has replaced. */
export type Restore = () => void;

/** What a fault does to a tensor. */
export type Spoil = (right: tf.Tensor) => tf.Tensor;

/** Scales the last channels, by default the last one by a thousandth more. */
export function lastChannels(count = 1, factor = 1.001): Spoil {
  return (right) => {
    const depth = right.shape[right.rank - 1];
    const factors = Array.from({ length: depth }, (_, i) => (i < depth - count ? 1 : factor));
    return tf.mul(right, factors);
  };
}

/** Makes the gradient of one operand of a kernel wrong, on every backend. */
export function plantGradient(kernelName: string, operand: string, spoil: Spoil): Restore {
  return replaceGradient(kernelName, (right) => (dy, saved, attributes) => {
    const gradients = right(dy, saved, attributes);
    return { ...gradients, [operand]: () => spoil(gradients[operand]()) };
  });
}

/** Replaces the gradient of a kernel. */
export function replaceGradient(
  kernelName: string,
  replace: (right: tf.GradFunc) => tf.GradFunc,
): Restore {
  const right = tf.getGradient(kernelName);
  register({ ...right, gradFunc: replace(right.gradFunc) });
  return () => register(right);
}

function register(config: tf.GradConfig): void {
  tf.unregisterGradient(config.kernelName);
  tf.registerGradient(config);
}

/** Makes the only (or first) output of a kernel of the active backend wrong, where `isHit` says so. */
export function plantKernel(
  kernelName: string,
  spoil: Spoil,
  isHit: (inputs: tf.NamedTensorInfoMap) => boolean = () => true,
): Restore {
  const backendName = tf.getBackend();
  const right = tf.getKernel(kernelName, backendName);
  const kernelFunc: tf.KernelFunc = (call) => {
    const outputs = right.kernelFunc(call);
    const [first, ...rest] = [outputs].flat().map((info) => tensorOf(info));
    const spoilt = isHit(call.inputs) ? spoil(first) : first;
    return Array.isArray(outputs) ? [spoilt, ...rest] : spoilt;
  };
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ ...right, kernelFunc });
  return () => {
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel(right);
  };
}

function tensorOf(info: tf.TensorInfo): tf.Tensor {
  return info instanceof tf.Tensor
    ? (info as tf.Tensor)
    : tf.engine().makeTensorFromTensorInfo(info);
}
