import { type Cost, networkCost } from '../models/cost';
import { buildNetwork } from '../models/networks';
import { Comparison, type Finding } from './comparison';
import type { EntryPlan } from './plan';
import type { ReferenceEntry } from './schema';

/** Compares the number of parameters of a network, with and without its auxiliary head, with the reference. */
export function compareCounts({ config, entry }: EntryPlan): Finding {
  const comparison = new Comparison('parameter counts');
  const alone = networkCost(buildNetwork({ ...config, auxiliaryHead: false }));
  const withHead = networkCost(buildNetwork({ ...config, auxiliaryHead: true }));
  const counts = countsOf(alone, withHead);
  for (const [name, expected] of Object.entries(entry.params)) {
    comparison.equal(name, counts[name as keyof ReferenceEntry['params']], expected);
  }
  return comparison.finding();
}

function countsOf(alone: Cost, withHead: Cost): Record<keyof ReferenceEntry['params'], number> {
  const moving = alone.parameters - alone.trainableParameters;
  return {
    timm_num_params: alone.parametersWithGamma,
    keras_trainable: alone.trainableParameters,
    keras_non_trainable: moving,
    slim_trainable: alone.trainableParameters,
    slim_non_trainable: moving,
    slim_trainable_with_aux: withHead.trainableParameters,
  };
}
