import { createInterface } from 'node:readline';

import * as tf from '@tensorflow/tfjs';

import type { OwnTask } from './ownTask';
import { preparedBatches } from './preparedBatches';
import { startRunner, type StepRunner } from './stepRunner';
import { measure } from './timings';
import { networkOf } from './work';

/**
 * Our side of `lab bench`, a program of its own: it speaks the protocol that test/peers/lines.py describes, `turn` and
 * `memory` of it.
 */
async function main(): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const first = await lines.next();
  const task = JSON.parse(first.value as string) as OwnTask;
  const network = networkOf(task.work.network);
  const { runner, ...facts } = await startRunner(task, network);
  const next = inTurn(runner, preparedBatches(network, task.work.network.batch));
  say(facts);
  let idleSince = process.cpuUsage();
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const command = JSON.parse(line.value) as { turn?: number };
    say(command.turn ? await takeTurn(next, command.turn, idleSince) : memory());
    idleSince = process.cpuUsage();
  }
}

/** Steps on the batches one after the other, again and again; each gives its loss. */
function inTurn(runner: StepRunner, batches: ReturnType<typeof preparedBatches>) {
  let turn = 0;
  return () => runner.step(batches[turn++ % batches.length]);
}

async function takeTurn(
  next: () => number | Promise<number>,
  steps: number,
  idleSince: NodeJS.CpuUsage,
) {
  const idle = process.cpuUsage(idleSince);
  let loss = NaN;
  const spent = await measure(async () => {
    for (let step = 0; step < steps; step++) {
      loss = await next();
    }
  });
  return { ...spent, idleCpuSeconds: (idle.user + idle.system) / 1e6, loss };
}

function memory() {
  const { numTensors: tensors } = tf.memory();
  return {
    peakRss: process.resourceUsage().maxRSS * 1024,
    rss: process.memoryUsage().rss,
    tensors,
  };
}

function say(answer: unknown): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  // Standard input is still open and would keep the process alive.
  process.exit(1);
});
