import { seedFor, shuffled } from '../data/random';
import {
  Contestant,
  type ContestantCommand,
  type ContestantFacts,
  type ContestantMemory,
} from './contestant';
import { ForeignLoad } from './foreignLoad';

/** How contestants are measured. */
export interface RoundOptions {
  readonly rounds: number;
  /** About how long a turn is; a step that takes longer is a turn of its own. */
  readonly turnSeconds: number;
  /** Decides the order within every round. */
  readonly seed: number;
  /** Is told which share is done, from 0 to 1, and what comes now. */
  readonly onProgress: (share: number, what: string) => void;
}

/** What a contestant took for one step, in every round. */
export interface Measured {
  readonly name: string;
  readonly facts: ContestantFacts;
  /** From the start of the process until the network was built. */
  readonly readySeconds: number;
  /** The first step, in which a compiled program builds its graph. */
  readonly firstStepSeconds: number;
  readonly stepsPerTurn: number;
  /** Seconds of a step, one number a round. */
  readonly seconds: readonly number[];
  readonly cpuSeconds: readonly number[];
  /** The share of a core that it took while others had their turn. */
  readonly idleShare: number;
  readonly memory: ContestantMemory;
  /** Tensors that TensorFlow.js has kept during the rounds; 0 when nothing is left behind. */
  readonly tensorsLeft?: number;
}

/** What came out of a race. */
export interface Standings {
  readonly measured: readonly Measured[];
  readonly failed: readonly Failed[];
  /** The share of all cores that other programs of the machine had during the rounds. */
  readonly foreignShare: number;
}

/** A contestant that could not take part, and why. */
export interface Failed {
  readonly name: string;
  readonly failed: string;
}

/** Steps between the first and those that are measured: both runtimes set themselves up in the first few. */
const WARM_UP_STEPS = 2;
const MOST_STEPS_PER_TURN = 50;

/**
 * Lets contestants take turns, all of them in every round and in an order that changes from round to round.
 *
 * They are started one after the other and stay alive until the end. One that ends early, for whatever reason, is
 * reported as failed, and the others go on.
 */
export async function interleave(
  commands: readonly ContestantCommand[],
  options: RoundOptions,
): Promise<Standings> {
  const race = new Race(options);
  try {
    const parts = commands.length + options.rounds;
    for (const [done, command] of commands.entries()) {
      options.onProgress(done / parts, `${command.name} starts`);
      await race.start(command);
    }
    const load = new ForeignLoad();
    for (let round = 0; round < options.rounds; round++) {
      const what = `round ${round + 1} of ${options.rounds}`;
      options.onProgress((commands.length + round) / parts, what);
      await race.takeRound(round);
    }
    return { ...(await race.results()), foreignShare: load.share(race.cpuSeconds) };
  } finally {
    await race.stop();
  }
}

/** The contestants that are alive, and those that are not. */
class Race {
  private readonly racers: Racer[] = [];
  private readonly failed: Failed[] = [];

  constructor(private readonly options: RoundOptions) {}

  async start(command: ContestantCommand): Promise<void> {
    try {
      this.racers.push(await Racer.start(command, this.options));
    } catch (error) {
      this.drop(command.name, error);
    }
  }

  async takeRound(round: number): Promise<void> {
    const { length } = this.racers;
    const places = shuffled(length, seedFor(this.options.seed, 'round', round));
    for (const racer of Array.from(places, (place) => this.racers[place])) {
      try {
        await racer.takeTurn();
      } catch (error) {
        this.drop(racer.name, error);
        this.racers.splice(this.racers.indexOf(racer), 1);
        await racer.stop();
      }
    }
  }

  /** Of all contestants that are still there, in their turns and between them. */
  get cpuSeconds(): number {
    return this.racers.reduce((sum, racer) => sum + racer.totalCpuSeconds, 0);
  }

  async results(): Promise<Pick<Standings, 'measured' | 'failed'>> {
    const measured = await Promise.all(this.racers.map((racer) => racer.result()));
    return { measured, failed: this.failed };
  }

  async stop(): Promise<void> {
    await Promise.all(this.racers.map((racer) => racer.stop()));
  }

  private drop(name: string, error: unknown): void {
    this.failed.push({ name, failed: error instanceof Error ? error.message : String(error) });
  }
}

/** A contestant and what it has taken so far. */
class Racer {
  private readonly seconds: number[] = [];
  private readonly cpuSeconds: number[] = [];
  private idleSeconds = 0;
  private idleCpuSeconds = 0;
  private endOfTurn = performance.now();

  private constructor(
    private readonly contestant: Contestant,
    private readonly firstStepSeconds: number,
    private readonly stepsPerTurn: number,
    private readonly tensors: number | undefined,
  ) {}

  get name(): string {
    return this.contestant.name;
  }

  /** Starts one and warms it up; the last warm-up step says how many fit into a turn. */
  static async start(command: ContestantCommand, { turnSeconds }: RoundOptions): Promise<Racer> {
    const contestant = await Contestant.start(command);
    try {
      const { seconds: first } = await contestant.turn(1);
      await contestant.turn(WARM_UP_STEPS - 1);
      const { seconds } = await contestant.turn(1);
      const steps = Math.max(1, Math.min(MOST_STEPS_PER_TURN, Math.round(turnSeconds / seconds)));
      const { tensors } = await contestant.memory();
      return new Racer(contestant, first, steps, tensors);
    } catch (error) {
      await contestant.stop();
      throw error;
    }
  }

  get totalCpuSeconds(): number {
    const inTurns = this.cpuSeconds.reduce((sum, seconds) => sum + seconds, 0);
    return inTurns * this.stepsPerTurn + this.idleCpuSeconds;
  }

  async takeTurn(): Promise<void> {
    const idleSeconds = (performance.now() - this.endOfTurn) / 1e3;
    const turn = await this.contestant.turn(this.stepsPerTurn);
    this.endOfTurn = performance.now();
    this.idleSeconds += idleSeconds;
    this.idleCpuSeconds += turn.idleCpuSeconds;
    this.seconds.push(turn.seconds / this.stepsPerTurn);
    this.cpuSeconds.push(turn.cpuSeconds / this.stepsPerTurn);
  }

  async result(): Promise<Measured> {
    const { name, facts, readySeconds } = this.contestant;
    const { firstStepSeconds, stepsPerTurn, seconds, cpuSeconds } = this;
    const idleShare = this.idleCpuSeconds / this.idleSeconds;
    const memory = await this.contestant.memory();
    const tensorsLeft =
      memory.tensors === undefined ? undefined : memory.tensors - (this.tensors ?? 0);
    return {
      ...{ name, facts, readySeconds, firstStepSeconds, stepsPerTurn },
      ...{ seconds, cpuSeconds, idleShare, memory, tensorsLeft },
    };
  }

  stop(): Promise<void> {
    return this.contestant.stop();
  }
}
