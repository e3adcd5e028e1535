import type { Config } from '../lib/config';
import { areFolders } from '../lib/data/imageFolders';
import { loadTrainingData } from '../lib/data/load';
import { duration } from '../lib/report/format';
import { convergenceConfig } from './convergence';
import { measureTraining } from './reproduction/calibration';
import { trainingSeconds } from './reproduction/estimate';
import { countsOf, type ImageCounts, trainingWork } from './reproduction/work';
import type { PlannedRun } from './run';

/**
 * What the runs of a plan that are left cost, in words: their forward passes, and the time by the pace of a small network on
 * this machine, which is measured in a few seconds.
 */
export async function costText(planned: readonly PlannedRun[]): Promise<string> {
  const left = planned.filter(({ finished }) => !finished).map(({ config }) => config);
  const [first] = left;
  if (!first) return 'Nothing is left to train.';
  const counts = await imageCounts(first);
  const works = left.map((config) => trainingWork(config, counts ?? countsOf(config)));
  const pace = await measureTraining(
    counts ? convergenceConfig('inception-resnet-v1', 'quick') : first,
  );
  const seconds = works.reduce((sum, work) => sum + trainingSeconds(work, pace, 1), 0);
  const trained = works.reduce((sum, work) => sum + work.trained, 0);
  const plan = `${left.length} of ${planned.length} runs to train: ${trained.toExponential(1)} multiply-adds in forward passes`;
  return `${plan}, about ${duration(seconds)} at the pace of ${counts ? 'a small network' : 'the first'} on this machine.`;
}

/** Of folders of images; undefined for images in memory, of which every config says how many. */
async function imageCounts(config: Config): Promise<ImageCounts | undefined> {
  if (config.data.name !== 'imageFolder') return undefined;
  const data = await loadTrainingData(config);
  if (!areFolders(data)) return undefined;
  const { trainImages = data.train.count, testImages = data.validation.count } = config.data;
  return { train: trainImages, test: testImages };
}
