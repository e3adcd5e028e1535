import { UsageError } from '../errors';
import {
  type EvaluatedModel,
  type OpenedModel,
  openModel,
  withFingerprint,
  withoutAuxiliaryHead,
} from '../results/evaluatedModel';
import { trainedNetwork } from '../results/trainedNetwork';
import type { Weights } from '../training/execution';
import { checkFinite } from '../weights/floats';
import type { FinishedRun } from './finishedRun';

/** A run that has ended, for what needs no more of it than its record and weights. */
export type EndedRun = Pick<FinishedRun, 'record' | 'weights'>;

/** A model: what `lab.train` gave, or the name of what `openModel` finds: a run's id, a checkpoint or a weight file. */
export type ModelChoice = string | EndedRun;

/** The model that is chosen. Throws as `openModel` does, and a UsageError for a run that goes on or was disposed. */
export function chosenModel(choice: ModelChoice, weights: Weights = 'averaged'): EvaluatedModel {
  if (typeof choice === 'string') return openModel(choice, weights);
  // Programs without types can give anything.
  if (typeof choice?.weights !== 'function') {
    throw new UsageError(
      `A model is ${JSON.stringify(choice)}: expected a run of lab.train, a run's id, or the path of a checkpoint or weight file.`,
    );
  }
  return modelOfRun(choice, weights);
}

function modelOfRun(ended: EndedRun, weights: Weights): EvaluatedModel {
  const { run, final } = ended.record;
  const config = withoutAuxiliaryHead(trainedNetwork(ended.record));
  const values = ended.weights(weights);
  const opened: OpenedModel = {
    ...{ config, weights, name: config.name, reference: run.id, run: run.id },
    ...{ trainedOn: run.config.data, step: final?.step },
    read: (name) => checkFinite(values.get(name) as Float32Array, name, `The run ${run.id}`),
    close: () => undefined,
  };
  return withFingerprint(opened, `The run ${run.id}`);
}
