import * as tf from '@tensorflow/tfjs';
import type { TFEOpAttr } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';

import { MOMENTUM_UPDATE, MOVE_TOWARDS, RMSPROP_UPDATE } from '../kernelNames';
import type { NodeBackend } from './nodeBackend';

type Tensors = Readonly<Record<string, tf.Tensor>>;

/** Constants of RMSProp; lib/training/rmsprop.ts says what they are. */
interface RmspropAttributes {
  readonly decay: number;
  readonly momentum: number;
  readonly epsilon: number;
}

/** One step of RMSProp; recorded as one operation, which a compiled graph does in place. */
export function rmspropUpdate(
  backend: NodeBackend,
  { variable, meanSquare, step, gradient, learningRate }: Tensors,
  constants: RmspropAttributes,
): tf.Tensor[] {
  if (backend.recorder) {
    const { decay, momentum, epsilon } = constants;
    const attributes = Object.entries({ decay, momentum, epsilon }).map(([key, value]) =>
      float(backend, key, value),
    );
    const inputs = [variable, meanSquare, step, gradient, learningRate];
    return backend.recorder.recordUpdate(RMSPROP_UPDATE, attributes, inputs, 3);
  }
  const { decay, momentum, epsilon } = constants;
  return tf.tidy(() => {
    const square = meanSquare.mul(decay).add(gradient.square().mul(1 - decay));
    const direction = gradient.div(square.add(epsilon).sqrt());
    const newStep = step.mul(momentum).add(direction.mul(learningRate));
    return [variable.sub(newStep), square, newStep];
  });
}

/** One step of momentum; recorded as one operation, which a compiled graph does in place. */
export function momentumUpdate(
  backend: NodeBackend,
  { variable, velocity, gradient, learningRate }: Tensors,
  { momentum }: { readonly momentum: number },
): tf.Tensor[] {
  if (backend.recorder) {
    const inputs = [variable, velocity, gradient, learningRate];
    const attributes = [float(backend, 'momentum', momentum)];
    return backend.recorder.recordUpdate(MOMENTUM_UPDATE, attributes, inputs, 2);
  }
  return tf.tidy(() => {
    const newVelocity = velocity.mul(momentum).add(gradient);
    return [variable.sub(newVelocity.mul(learningRate)), newVelocity];
  });
}

/** Moves an average towards a value; recorded as one operation. */
export function moveTowards(backend: NodeBackend, { average, value, rate }: Tensors): tf.Tensor {
  if (backend.recorder) {
    return backend.recorder.recordUpdate(MOVE_TOWARDS, [], [average, value, rate], 1)[0];
  }
  return tf.tidy(() => average.sub(average.sub(value).mul(rate)));
}

function float(backend: NodeBackend, name: string, value: number): TFEOpAttr {
  return { name, type: backend.binding.TF_ATTR_FLOAT, value };
}
