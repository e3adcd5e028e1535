import path from 'node:path';

import { z } from 'zod';

import { UsageError } from '../errors';
import type { NetworkName } from '../models/networks';
import { projectRoot } from '../projectRoot';
import { LineProgram } from './lineProgram';
import type { Spent } from './timings';

/** The networks that Keras has, by their names in keras.applications. */
const APPLICATIONS: Readonly<Partial<Record<NetworkName, string>>> = {
  'inception-v3': 'InceptionV3',
  'inception-resnet-v2': 'InceptionResNetV2',
};

const factsSchema = z.object({ keras: z.string(), tensorflow: z.string() });
const passSchema = z.object({ seconds: z.number(), cpuSeconds: z.number() });

/** Versions of the program that ours is compared with. */
export type PeerFacts = z.infer<typeof factsSchema>;

/** What the peer computes. */
export interface PeerTask {
  readonly network: NetworkName;
  /** Height and width of the images. */
  readonly size: number;
  readonly batch: number;
}

/** Keras in a Python process of its own, which waits, idle, between two passes. It inherits the thread settings. */
export class KerasPeer {
  private constructor(
    private readonly program: LineProgram,
    readonly facts: PeerFacts,
  ) {}

  /**
   * Starts `kerasPredict.py` with an interpreter and waits until the network is built.
   *
   * Throws a UsageError for a network that Keras does not have, a LabError when the program ends early.
   */
  static async start(python: string, { network, size, batch }: PeerTask): Promise<KerasPeer> {
    const file = path.join(projectRoot(), 'lib/bench/kerasPredict.py');
    const words = [file, applicationOf(network), String(size), String(batch)];
    const program = new LineProgram('The Keras process', python, words);
    return new KerasPeer(program, factsSchema.parse(JSON.parse(await program.read())));
  }

  /** Runs one `predict`. Throws a LabError when the program has ended. */
  async pass(): Promise<Spent> {
    this.program.write('pass');
    return passSchema.parse(JSON.parse(await this.program.read()));
  }

  /** Ends the process. */
  stop(): void {
    this.program.stop();
  }
}

/** The name of a network in keras.applications. Throws a UsageError when it is not there. */
export function applicationOf(network: NetworkName): string {
  const application = APPLICATIONS[network];
  if (!application) {
    throw new UsageError(
      `Keras has no ${network} to compare with: expected one of ${Object.keys(APPLICATIONS).join(', ')}.`,
    );
  }
  return application;
}
