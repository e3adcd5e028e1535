import path from 'node:path';

import type { CropCount } from '../images/crops';
import type { NetworkConfig } from '../models/networks';
import { projectRoot } from '../projectRoot';
import type { ImagesReport, ImagesRound, ImagesTask } from './imagesTask';
import { LineProgram } from './lineProgram';
import { makePhotographs, PHOTOGRAPH, type Photographs } from './photographs';
import { type Spent, summarise, summariseRatios, type Summary } from './timings';

/** How fast images are read, decoded, scaled and evaluated, and what memory that takes. */
export interface ImagesTimes {
  readonly network: string;
  readonly inputSize: number;
  /** Of the files. */
  readonly width: number;
  readonly height: number;
  readonly meanBytes: number;
  /** That prepare images. */
  readonly threads: number;
  readonly batch: number;
  /** Of one image with a single crop: see `ImagesRound`. */
  readonly seconds: Readonly<Record<keyof ImagesRound, Summary>>;
  /** How many times as fast images are prepared as the network takes them. */
  readonly preparationOverNetwork: Summary;
  /** The same of the time of all threads, which what else the machine does hardly changes. */
  readonly cpuRatio: Summary;
  /** The share of all cores that other programs had. */
  readonly foreignShare: number;
  readonly memory: CropMemory;
}

/** Peaks of resident memory of two processes that evaluate images of the same size. */
export interface CropMemory {
  readonly singleCropMiB: number;
  readonly manyCropsMiB: number;
  readonly ratio: number;
  readonly aim: number;
  readonly isMet: boolean;
}

/** What is measured. */
export interface ImagesOptions {
  readonly network: NetworkConfig;
  readonly rounds: number;
  /** Images of a round, each with a single crop. */
  readonly images: number;
  /** Images with 144 crops. */
  readonly imagesOfManyCrops: number;
}

const FILES = 24;
const MEMORY_AIM = 1.5;

/** Makes photographs, evaluates them with 1 and with 144 crops, each in a fresh process, and times the first. */
export async function timeImages(options: ImagesOptions): Promise<ImagesTimes> {
  const { network, rounds, images, imagesOfManyCrops } = options;
  const photographs = await makePhotographs(FILES);
  try {
    const { files } = photographs;
    const evaluated = (crops: CropCount, count: number, timed: number) =>
      reportOf({ network, files, crops, images: count, rounds: timed });
    const single = await evaluated(1, images, rounds);
    const many = await evaluated(144, imagesOfManyCrops, 0);
    return timesOf(network, photographs, single, many);
  } finally {
    photographs.remove();
  }
}

async function reportOf(task: ImagesTask): Promise<ImagesReport> {
  const program = new LineProgram('The evaluation of images', {
    command: process.execPath,
    words: [path.join(projectRoot(), 'dist/lib/bench/imagesProgram.js'), JSON.stringify(task)],
  });
  try {
    return JSON.parse(await program.read()) as ImagesReport;
  } finally {
    await program.stop();
  }
}

type Part = Exclude<keyof ImagesRound, 'waiting'>;

function timesOf(
  { name, inputSize }: NetworkConfig,
  { meanBytes }: Photographs,
  single: ImagesReport,
  many: ImagesReport,
): ImagesTimes {
  const { threads, batch, rounds, foreignShare } = single;
  const each = (part: Part, time: keyof Spent) => rounds.map((round) => round[part][time]);
  const of = (part: Part) => summarise(each(part, 'seconds'));
  const ratio = (time: keyof Spent) =>
    summariseRatios(each('network', time), each('preparation', time));
  return {
    ...{ network: name, inputSize, ...PHOTOGRAPH, meanBytes, threads, batch },
    seconds: {
      preparation: of('preparation'),
      network: of('network'),
      evaluation: of('evaluation'),
      waiting: summarise(rounds.map(({ waiting }) => waiting)),
    },
    preparationOverNetwork: ratio('seconds'),
    cpuRatio: ratio('cpuSeconds'),
    foreignShare,
    memory: memoryOf(single.peakRss, many.peakRss),
  };
}

function memoryOf(single: number, many: number): CropMemory {
  const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
  return {
    singleCropMiB: mebibytes(single),
    manyCropsMiB: mebibytes(many),
    ratio: many / single,
    aim: MEMORY_AIM,
    isMet: many < MEMORY_AIM * single,
  };
}
