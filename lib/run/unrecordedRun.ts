import type { Config } from '../config';
import { loadTrainingData } from '../data/load';
import type { ChangeLine, ProbeLine } from '../results/record';
import { resolveBackend, runId, steeredRunId } from '../results/recordedRun';
import { finalLine, runLine } from '../results/runLine';
import { train, type TrainingEvents } from '../training/train';
import { FinalWeights } from './finalTensors';
import { FinishedRun } from './finishedRun';

/** What the record of a run that is not recorded says in the place of an experiment. */
const EXPERIMENT = 'unrecorded';

/** Trains a config and keeps its record and weights in memory alone. Throws as `train` of lib/training does. */
export async function unrecordedRun(wanted: Config, events: TrainingEvents): Promise<FinishedRun> {
  const { backend, config } = await resolveBackend(wanted);
  const dataset = await loadTrainingData(config);
  const steered = events.steer !== undefined;
  const id = steered ? steeredRunId(EXPERIMENT, config, new Date()) : runId(EXPERIMENT, config);
  const run = runLine(id, { experiment: EXPERIMENT, backend, config, dataset, steered });
  const start = performance.now();
  const probes: ProbeLine[] = [];
  const changes: ChangeLine[] = [];
  const weights = new FinalWeights();
  const result = await train(config, dataset, {
    ...events,
    snapshots: weights,
    onChange: (line) => {
      changes.push(line);
      events.onChange?.(line);
    },
    onProbe: (line) => {
      probes.push(line);
      events.onProbe?.(line);
    },
  });
  const final = finalLine(result, config, (performance.now() - start) / 1000);
  const record = { run, epochs: result.epochs, probes, changes, final };
  return new FinishedRun(record, () => weights.read());
}
