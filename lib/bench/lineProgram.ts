import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { LabError } from '../errors';

/** How a program is started. */
export interface ProgramCommand {
  readonly command: string;
  readonly words: readonly string[];
  /** Set besides this process's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Longer than anything takes that is asked of a program, on a slow machine. */
const LONGEST_WAIT_SECONDS = 900;

/** What TensorFlow's C++ writes before it knows how much it is to say. */
const START_MESSAGE = /^(WARNING: All log messages before|[IW]0000 )/;

/** Another program with which this one talks in lines, over its standard input and output. */
export class LineProgram {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private readonly closed: Promise<string>;
  private readonly complaints: string[] = [];

  constructor(
    private readonly name: string,
    { command, words, environment }: ProgramCommand,
  ) {
    const env = { ...process.env, ...environment };
    this.child = spawn(command, words, { stdio: ['pipe', 'pipe', 'pipe'], env });
    const complain = ({ message }: Error) => void this.complaints.push(message);
    this.child.on('error', complain);
    // Without a listener, writing to a program that has ended would end this one.
    this.child.stdin.on('error', complain);
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => this.complaints.push(text));
    this.closed = new Promise((resolve) => {
      this.child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Sends it a line. */
  write(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }

  /**
   * Its next line. Throws a LabError with the end of what it wrote to stderr when there is none, or when none comes in
   * time, which ends it.
   */
  async read(seconds = LONGEST_WAIT_SECONDS): Promise<string> {
    const limit = setTimeout(() => {
      this.complaints.push(`it has not answered within ${seconds} s.`);
      this.child.kill('SIGKILL');
    }, 1000 * seconds);
    const line = await this.lines.next().finally(() => clearTimeout(limit));
    if (!line.done) {
      return line.value;
    }
    // It has ended, or has closed its output: then it ends now.
    const how = await this.stop();
    const said = this.complaints.join('').trim().split('\n');
    const reason = said.filter((text) => !START_MESSAGE.test(text)).slice(-12);
    throw new LabError(`${this.name} has ended: ${[...reason, how].filter(Boolean).join('\n')}`);
  }

  /** Ends it and waits until its memory is free; how it ended, as an exit code or a signal. */
  async stop(): Promise<string> {
    this.child.kill();
    return this.closed;
  }
}
