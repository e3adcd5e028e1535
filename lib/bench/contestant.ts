import { z } from 'zod';

import { LabError } from '../errors';
import { LineProgram, type ProgramCommand } from './lineProgram';

const factsSchema = z.object({
  versions: z.record(z.string(), z.string()),
  threads: z.number(),
  parameters: z.number(),
});
const turnSchema = z.object({
  seconds: z.number(),
  cpuSeconds: z.number(),
  idleCpuSeconds: z.number(),
  loss: z.number().nullable(),
});
const memorySchema = z.object({
  peakRss: z.number(),
  rss: z.number(),
  tensors: z.number().optional(),
});

/** What a program says of itself: versions, threads, trainable numbers of the network. */
export type ContestantFacts = z.infer<typeof factsSchema>;

/** What some steps took: on the clock, of all threads, and of all threads since the turn before. */
export type Turn = z.infer<typeof turnSchema>;

/** Memory of a process in bytes; tensors only where TensorFlow.js counts them. */
export type ContestantMemory = z.infer<typeof memorySchema>;

/** How a program is started and what it is told first. */
export interface ContestantCommand extends ProgramCommand {
  readonly name: string;
  /** Becomes its first line. */
  readonly task: unknown;
}

/** A program that does the steps of a piece of work, in a process of its own, which waits, idle, between two turns. */
export class Contestant {
  private constructor(
    readonly name: string,
    private readonly program: LineProgram,
    readonly facts: ContestantFacts,
    /** Seconds from its start until the network was built and batches were prepared. */
    readonly readySeconds: number,
  ) {}

  /** Starts a program and waits until it is ready. Throws a LabError when it ends early. */
  static async start(command: ContestantCommand): Promise<Contestant> {
    const start = performance.now();
    const program = new LineProgram(command.name, command);
    program.write(JSON.stringify(command.task));
    const facts = parse(command.name, factsSchema, await program.read());
    return new Contestant(command.name, program, facts, (performance.now() - start) / 1e3);
  }

  /** Lets it do some steps. Throws a LabError when it has ended or its loss is not finite. */
  async turn(steps: number): Promise<Turn> {
    const turn = await this.ask({ turn: steps }, turnSchema);
    if (turn.loss === null || !Number.isFinite(turn.loss)) {
      throw new LabError(`${this.name} has diverged: its loss is ${turn.loss}.`);
    }
    return turn;
  }

  /** Its memory now and at most. */
  async memory(): Promise<ContestantMemory> {
    return this.ask({ memory: true }, memorySchema);
  }

  /** The loss of one training step on the images and labels of a safetensors file. */
  async step(file: string): Promise<number> {
    return (await this.ask({ step: file }, z.object({ loss: z.number() }))).loss;
  }

  /** The logits of the images of a safetensors file in inference. */
  async logits(file: string): Promise<readonly number[]> {
    return (await this.ask({ logits: file }, z.object({ logits: z.array(z.number()) }))).logits;
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    await this.program.stop();
  }

  private async ask<T>(command: unknown, schema: z.ZodType<T>): Promise<T> {
    this.program.write(JSON.stringify(command));
    return parse(this.name, schema, await this.program.read());
  }
}

function parse<T>(name: string, schema: z.ZodType<T>, line: string): T {
  let value: unknown;
  try {
    // Python writes numbers that JSON does not have.
    value = JSON.parse(line.replace(/\b(NaN|-?Infinity)\b/g, 'null'));
  } catch {
    throw new LabError(`${name} wrote "${line.slice(0, 100)}": expected a line of JSON.`);
  }
  const result = schema.safeParse(value);
  if (!result.success) {
    throw new LabError(`${name} answered "${line.slice(0, 100)}": ${result.error.message}`);
  }
  return result.data;
}
