import type { Config } from '../config';
import { completeChoices } from '../training/retention';
import { onInterruption } from './interruption';
import { disposeUnreachableModels } from './modelTensors';
import { NO_PROGRESS, runProgress } from './progress';
import { recordPlace } from './recordPlace';
import { Run } from './run';
import { runConfig } from './runConfig';
import type { RunOptions, TrainOptions } from './trainOptions';
import { endOfEarlier, remember } from './underWay';
import { runWork } from './work';

/**
 * Trains a network in the background by the paper's method: RMSProp, exponential decay, evaluation on moving averages.
 *
 *     const run = await lab.train({ network: 'inception-resnet-v1', epochs: 2, data: { trainImages: 5000 } });
 *     run.model.summary();
 *
 * `await` gives the run when it has ended; `for await (const epoch of run)` gives its epochs while it goes on. Ctrl-C, a
 * notebook's interrupt button and `run.stop()` end it after its current step with a checkpoint, and the same call goes on
 * from there. A cell that is interrupted declares nothing: begin the run in one cell (`const run = lab.train(...)`) and
 * await it in the next to have its weights after an interrupt. In a loop over runs, leave it when `status` is 'stopped': an
 * interrupt ends one run, not the loop.
 *
 * A cell may run again and again: the models of runs that no variable holds any more are freed when the next run begins.
 *
 * Throws a UsageError that names the option, its value and what was expected, or when the same run is going on; errors
 * of the training reach whoever awaits the run.
 */
export function train(options: TrainOptions): Run {
  return trainConfig(runConfig(options), options);
}

/** What `train` does with the config that its options ask for. */
export function trainConfig(config: Config, options: RunOptions): Run {
  completeChoices(options.checkpoints);
  const place = recordPlace(options.record);
  // A steered run is never the same as another.
  const shared = options.steer ? undefined : place;
  const isFree = shared ? endOfEarlier(shared, config) : Promise.resolve();
  const progress = options.progress === false ? NO_PROGRESS : runProgress(config.network.name);
  const work = runWork(options, config, place, progress);
  const run = new Run(config, async (signal, epochs) => {
    await isFree;
    await disposeUnreachableModels();
    return work(signal, epochs);
  });
  if (shared) remember(shared, config, run);
  const release = onInterruption(() => void run.stop());
  run.then(release, release);
  return run;
}
