import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { addressOf, allocate, type KernelCall, valuesOf } from './backend';
import { simd } from './simd';

type RmspropInputs = Readonly<
  Record<'variable' | 'meanSquare' | 'step' | 'gradient' | 'learningRate', tf.TensorInfo>
>;

interface RmspropAttributes {
  readonly decay: number;
  readonly momentum: number;
  readonly epsilon: number;
}

/**
 * RmspropUpdate: one step of RMSProp in one pass, to new tensors [variable, meanSquare, step].
 *
 * New ones, because XNNPACK keeps a packed copy of a filter by the id of its tensor.
 */
export function rmspropUpdate({
  inputs: { variable, meanSquare, step, gradient, learningRate },
  attrs: { decay, momentum, epsilon },
  backend,
}: KernelCall<RmspropInputs, RmspropAttributes>): tf.TensorInfo[] {
  const results = [variable, meanSquare, step].map(({ shape }) => allocate(backend, shape));
  const [newVariable, newMeanSquare, newStep] = results.map((t) => addressOf(backend, t));
  simd(backend).rmspropUpdate({
    variable: addressOf(backend, variable),
    meanSquare: addressOf(backend, meanSquare),
    step: addressOf(backend, step),
    gradient: addressOf(backend, gradient),
    newVariable,
    newMeanSquare,
    newStep,
    size: tf.util.sizeFromShape(variable.shape),
    decay,
    fresh: 1 - decay,
    momentum,
    epsilon,
    learningRate: scalarOf(backend, learningRate),
  });
  return results;
}

type MomentumInputs = Readonly<
  Record<'variable' | 'velocity' | 'gradient' | 'learningRate', tf.TensorInfo>
>;

/** MomentumUpdate: one step of momentum in one pass, to new tensors [variable, velocity]. */
export function momentumUpdate({
  inputs,
  attrs: { momentum },
  backend,
}: KernelCall<MomentumInputs, { readonly momentum: number }>): tf.TensorInfo[] {
  const results = [inputs.variable, inputs.velocity].map(({ shape }) => allocate(backend, shape));
  const rate = scalarOf(backend, inputs.learningRate);
  const { variable, velocity, gradient } = inputs;
  const [old, speed, slope] = [variable, velocity, gradient].map((t) => valuesOf(backend, t));
  const [newVariable, newVelocity] = results.map((t) => valuesOf(backend, t));
  for (let i = 0; i < old.length; i++) {
    newVelocity[i] = momentum * speed[i] + slope[i];
    newVariable[i] = old[i] - rate * newVelocity[i];
  }
  return results;
}

type AverageInputs = Readonly<Record<'average' | 'value' | 'rate', tf.TensorInfo>>;

/** MoveTowards: average - (average - value) * rate in one pass, as a new tensor. */
export function moveTowards({
  inputs: { average, value, rate },
  backend,
}: KernelCall<AverageInputs>): tf.TensorInfo {
  const moved = allocate(backend, average.shape);
  simd(backend).moveTowards({
    average: addressOf(backend, average),
    value: addressOf(backend, value),
    moved: addressOf(backend, moved),
    size: tf.util.sizeFromShape(average.shape),
    rate: scalarOf(backend, rate),
  });
  return moved;
}

function scalarOf(backend: BackendWasm, scalar: tf.TensorInfo): number {
  return valuesOf(backend, scalar)[0];
}
