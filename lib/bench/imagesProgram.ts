import { selectBackend } from '../backend/select';
import type { EvaluationImages } from '../data/evaluationImages';
import { randomStream } from '../data/random';
import { InferenceNetwork } from '../evaluation/inferenceNetwork';
import { defaultBatchSize, predictions } from '../evaluation/predict';
import { type CropPlan, cropPlan } from '../images/crops';
import { defaultThreads, ImageWorkers } from '../images/imageWorkers';
import type { PicturePreparer } from '../images/preparation';
import { buildNetwork, type NetworkConfig } from '../models/networks';
import { elements, networkParameters } from '../models/parameters';
import { ForeignLoad } from './foreignLoad';
import type { ImagesReport, ImagesRound, ImagesTask } from './imagesTask';
import { measure, type Spent } from './timings';
import { WaitingTime } from './waitingTime';

/** Evaluates image files for `lab bench images`, in a process of its own for the sake of its peak of memory. */
async function main(): Promise<void> {
  const task = JSON.parse(process.argv[2]) as ImagesTask;
  await selectBackend();
  const network = new InferenceNetwork(task.network, randomWeights(task.network));
  const workers = new ImageWorkers();
  const evaluation = new Evaluation(task, network, workers);
  await evaluation.run(workers);
  const peakRss = 1024 * process.resourceUsage().maxRSS;
  const report: ImagesReport = {
    ...{ threads: defaultThreads(), batch: evaluation.batch, peakRss },
    ...(await timedRounds(evaluation, task.rounds)),
  };
  console.log(JSON.stringify(report));
  await workers.close();
  network.dispose();
}

async function timedRounds(evaluation: Evaluation, count: number) {
  const others = new ForeignLoad();
  const rounds: ImagesRound[] = [];
  const { cpuSeconds } = await measure(async () => {
    while (rounds.length < count) rounds.push(await evaluation.time());
  });
  return { rounds, foreignShare: others.share(cpuSeconds) };
}

class Evaluation {
  readonly batch: number;
  private readonly plan: CropPlan;
  private readonly images: EvaluationImages;

  constructor(
    { crops, files, images }: ImagesTask,
    private readonly network: InferenceNetwork,
    private readonly workers: ImageWorkers,
  ) {
    this.batch = defaultBatchSize(network.inputSize);
    this.plan = cropPlan(crops, network.inputSize, 'imagenet');
    this.images = fileImages(files, images);
  }

  /** Predicts all images, prepared by these workers. */
  async run(preparer: PicturePreparer): Promise<void> {
    const { network, images, plan, batch: batchSize } = this;
    for await (const group of predictions({ network, images, plan, batchSize }, preparer)) {
      for (const prediction of group) if (prediction instanceof Error) throw prediction;
    }
  }

  /** One round. */
  async time(): Promise<ImagesRound> {
    const waiting = new WaitingTime(this.workers);
    return {
      preparation: await this.perImage(() => this.prepare()),
      network: await this.perImage(() => this.compute()),
      evaluation: await this.perImage(() => this.run(waiting)),
      waiting: waiting.seconds / this.images.count,
    };
  }

  private async perImage(work: () => unknown): Promise<Spent> {
    const { seconds, cpuSeconds } = await measure(work);
    const { count } = this.images;
    return { seconds: seconds / count, cpuSeconds: cpuSeconds / count };
  }

  private async prepare(): Promise<void> {
    const { images, plan, batch } = this;
    const sources = Array.from({ length: images.count }, (_, index) => images.source(index));
    for await (const prepared of this.workers.cropPictures(sources, plan, 2 * batch)) {
      if (prepared instanceof Error) throw prepared;
    }
  }

  private compute(): void {
    const { network, batch } = this;
    const pixels = new Float32Array(batch * network.inputSize ** 2 * 3);
    for (let done = 0; done < this.images.count; done += batch) network.probabilities(pixels);
  }
}

function fileImages(files: readonly string[], count: number): EvaluationImages {
  const file = (index: number): string => files[index % files.length];
  return {
    ...{ name: 'photographs', sha256: '', count, classNames: ['any'] },
    label: () => 0,
    describe: file,
    source: (index) => ({ file: file(index) }),
  };
}

/** Values that keep activations in range; what a network computes takes as long with any. */
function randomWeights(config: NetworkConfig): (name: string) => Float32Array {
  const parameters = networkParameters(buildNetwork(config));
  const random = randomStream(1);
  return (wanted) => {
    const parameter = parameters.find(({ name }) => name === wanted);
    if (!parameter) throw new RangeError(`${config.name} has no ${wanted}.`);
    const { role, shape } = parameter;
    const length = elements(shape);
    if (role === 'movingVariance') return new Float32Array(length).fill(1);
    if (role !== 'kernel') return new Float32Array(length);
    const reach = Math.sqrt((6 * shape[shape.length - 1]) / length);
    return Float32Array.from({ length }, () => reach * (2 * random() - 1));
  };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
