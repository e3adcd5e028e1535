import type { CropCount } from '../images/crops';
import type { NetworkConfig } from '../models/networks';
import type { Spent } from './timings';

/** What an evaluation of image files is to do. */
export interface ImagesTask {
  readonly network: NetworkConfig;
  readonly files: readonly string[];
  readonly crops: CropCount;
  /** Images to evaluate; the files are gone through again and again. */
  readonly images: number;
  /** Rounds of timing; 0 where only memory counts. */
  readonly rounds: number;
}

/** What it found. */
export interface ImagesReport {
  readonly threads: number;
  readonly batch: number;
  /** Of the process, in bytes, before anything is timed. */
  readonly peakRss: number;
  readonly rounds: readonly ImagesRound[];
  /** The share of all cores that other programs had in the rounds. */
  readonly foreignShare: number;
}

/** One round, per image. */
export interface ImagesRound {
  /** Read, decoded and scaled, with nothing else going on. */
  readonly preparation: Spent;
  /** In the network, with its input in memory. */
  readonly network: Spent;
  /** Evaluated from the file on. */
  readonly evaluation: Spent;
  /** Seconds of that in which the network had to wait for images. */
  readonly waiting: number;
}
