import * as tf from '@tensorflow/tfjs';

import { clipByGlobalNorm, globalNorm } from '../training/clipping';
import { crossEntropy } from '../training/losses';
import { MovingAverage } from '../training/movingAverage';
import { Rmsprop } from '../training/rmsprop';
import { exponentialSchedule } from '../training/schedules';
import { weightDecayLoss } from '../training/weightDecay';
import { Comparison, type Finding } from './comparison';
import { formulaValues } from './formula';
import type { OptimizerNumbers } from './trainingSchema';

/** How far a step of optimizer or average may be from the reference; the rate of a schedule relative to itself. */
const TOLERANCE = 1e-6;

/** Takes the reference's steps with the optimizer, the schedule, the averages and the loss that training uses. */
export function compareOptimizer(
  reference: OptimizerNumbers,
  seed: number,
  allowed: number,
): Finding[] {
  const findings: Finding[] = [];
  tf.tidy(() => {
    findings.push(
      compareRmsprop(reference.rmsprop, allowed),
      compareSchedule(reference.lr_schedule, allowed),
      compareAverages(reference.ema, allowed),
      compareLoss(reference.losses, allowed),
      compareWeightDecay(reference.losses, seed, allowed),
      compareClipping(reference.losses, allowed),
    );
  });
  return findings;
}

type Losses = OptimizerNumbers['losses'];

function compareRmsprop(reference: OptimizerNumbers['rmsprop'], allowed: number): Finding {
  const comparison = new Comparison('RMSProp', allowed);
  const { rho: decay, momentum, epsilon } = reference;
  const variable = tf.variable(tf.tensor1d(reference.var0));
  const optimizer = new Rmsprop([variable], { decay, momentum, epsilon });
  reference.steps.forEach(({ lr, grad, var_f64: expected }, step) => {
    optimizer.apply(new Map([[variable, tf.tensor1d(grad)]]), lr);
    comparison.each(`step ${step + 1}`, variable.dataSync(), expected, TOLERANCE);
  });
  optimizer.dispose();
  variable.dispose();
  return comparison.finding();
}

function compareSchedule(reference: OptimizerNumbers['lr_schedule'], allowed: number): Finding {
  const comparison = new Comparison('learning rate', allowed);
  const { formula, epochs, lr_f64: rates, staircase_by_step: byStep } = reference;
  epochs.forEach((epoch, index) => {
    const rate = exponentialSchedule(formula, epoch);
    comparison.close(`epoch ${epoch}`, rate, rates[index], TOLERANCE * rates[index]);
  });
  const stepwise = { ...formula, decayEpochs: byStep.decay_steps };
  byStep.steps.forEach((step, index) => {
    const expected = byStep.lr_f64[index];
    const rate = exponentialSchedule(stepwise, step);
    comparison.close(`step ${step}`, rate, expected, TOLERANCE * expected);
  });
  return comparison.finding();
}

/** The rows go on from each other; the first is the creation of the average. */
function compareAverages({ decay, rows }: OptimizerNumbers['ema'], allowed: number): Finding {
  const comparison = new Comparison('moving average', allowed);
  let shadow = rows[0].value;
  for (const { num_updates: updates, value, shadow_f64: expected } of rows.slice(1)) {
    const variable = tf.variable(tf.tensor1d(shadow));
    const average = new MovingAverage(new Map([['x', variable]]), decay, updates - 1);
    variable.assign(tf.tensor1d(value));
    average.update();
    shadow = [...(average.values.get('x') as tf.Tensor).dataSync()];
    comparison.each(`update ${updates}`, shadow, expected, TOLERANCE);
    average.dispose();
    variable.dispose();
  }
  return comparison.finding();
}

function compareLoss({ label_smoothing: loss }: Losses, allowed: number) {
  const comparison = new Comparison('label smoothing', allowed);
  const { logits, labels, eps, mean_f64: expected } = loss;
  const mean = crossEntropy(tf.tensor2d(logits), tf.tensor1d(labels, 'int32'), eps);
  comparison.close('mean loss', mean.dataSync()[0], expected, TOLERANCE);
  return comparison.finding();
}

function compareWeightDecay(
  {
    l2_regularizer: { scale, tensor, value_f64: expected },
    clip_by_global_norm: { grads },
  }: Losses,
  seed: number,
  allowed: number,
): Finding {
  const comparison = new Comparison('weight decay', allowed);
  const values = formulaValues(tensor.name, [grads[0].length], seed);
  const loss = weightDecayLoss([tf.mul(values, tensor.factor)], scale);
  comparison.close('loss', loss.dataSync()[0], expected, TOLERANCE * expected);
  return comparison.finding();
}

function compareClipping({ clip_by_global_norm: clipping }: Losses, allowed: number): Finding {
  const comparison = new Comparison('clipping by global norm', allowed);
  const { clip_norm: limit, grads, global_norm_tf_f32: norm, clipped_tf_f32: expected } = clipping;
  const gradients = grads.map((gradient) => tf.tensor1d(gradient));
  comparison.close('norm', globalNorm(gradients).dataSync()[0], norm, TOLERANCE * norm);
  clipByGlobalNorm(gradients, limit).forEach((clipped, index) => {
    comparison.each(`gradient ${index}`, clipped.dataSync(), expected[index], TOLERANCE);
  });
  return comparison.finding();
}
