import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

import { z } from 'zod';

import { LabError, UsageError } from '../errors';
import type { NetworkName } from '../models/networks';
import { projectRoot } from '../projectRoot';

/** The networks that Keras has, by their names in keras.applications. */
const APPLICATIONS: Readonly<Partial<Record<NetworkName, string>>> = {
  'inception-v3': 'InceptionV3',
  'inception-resnet-v2': 'InceptionResNetV2',
};

const factsSchema = z.object({ keras: z.string(), tensorflow: z.string() });
const passSchema = z.object({ seconds: z.number() });

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
    private readonly child: ChildProcess,
    private readonly lines: AsyncIterator<string>,
    private readonly errors: readonly string[],
    readonly facts: PeerFacts,
  ) {}

  /**
   * Starts `kerasPredict.py` with an interpreter and waits until the network is built.
   *
   * Throws a UsageError for a network that Keras does not have, a LabError when the program ends early.
   */
  static async start(python: string, { network, size, batch }: PeerTask): Promise<KerasPeer> {
    const words = [kerasProgram(), applicationOf(network), String(size), String(batch)];
    const child = spawn(python, words, { stdio: ['pipe', 'pipe', 'pipe'] });
    const errors: string[] = [];
    child.once('error', ({ message }) => errors.push(message));
    // Without a listener, writing to a program that has ended would end this one.
    child.stdin.on('error', ({ message }) => errors.push(message));
    child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
    const lines = linesOf(child.stdout);
    const facts = factsSchema.parse(await nextLine(lines, errors));
    return new KerasPeer(child, lines, errors, facts);
  }

  /** Seconds of one `predict`. Throws a LabError when the program has ended. */
  async pass(): Promise<number> {
    (this.child.stdin as Writable).write('pass\n');
    return passSchema.parse(await nextLine(this.lines, this.errors)).seconds;
  }

  /** Ends the process. */
  stop(): void {
    this.child.kill();
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

function kerasProgram(): string {
  return path.join(projectRoot(), 'lib/bench/kerasPredict.py');
}

function linesOf(stream: Readable): AsyncIterator<string> {
  return createInterface({ input: stream })[Symbol.asyncIterator]();
}

async function nextLine(lines: AsyncIterator<string>, errors: readonly string[]): Promise<unknown> {
  const line = await lines.next();
  if (line.done) {
    const reason = errors.join('').trim().split('\n').slice(-3).join('\n');
    throw new LabError(`The Keras process has ended: ${reason || 'it did not say why.'}`);
  }
  return JSON.parse(line.value);
}
