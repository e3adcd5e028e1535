import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { LabError } from '../errors';

/** Another program with which this one talks in lines, over its standard input and output. */
export class LineProgram {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private readonly closed: Promise<unknown>;
  private readonly complaints: string[] = [];

  constructor(
    private readonly name: string,
    command: string,
    words: readonly string[],
  ) {
    this.child = spawn(command, words, { stdio: ['pipe', 'pipe', 'pipe'] });
    const complain = ({ message }: Error) => void this.complaints.push(message);
    this.child.on('error', complain);
    // Without a listener, writing to a program that has ended would end this one.
    this.child.stdin.on('error', complain);
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => this.complaints.push(text));
    this.closed = new Promise((resolve) => this.child.once('close', resolve));
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Sends it a line. */
  write(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }

  /** Its next line. Throws a LabError with the end of what it wrote to stderr when there is none. */
  async read(): Promise<string> {
    const line = await this.lines.next();
    if (!line.done) {
      return line.value;
    }
    this.stop();
    await this.closed;
    const reason = this.complaints.join('').trim().split('\n').slice(-3).join('\n');
    throw new LabError(`${this.name} has ended: ${reason || 'it did not say why.'}`);
  }

  /** Ends it. */
  stop(): void {
    this.child.kill();
  }
}
