import { UsageError } from '../lib/errors';
import type { RecordedOutcome } from '../lib/results/recordedRun';
import type { Order, Report } from './jobMessages';
import { type RunTask, runTask } from './oneRun';
import { measureTraining } from './reproduction/calibration';

/**
 * Trains one run for `lab run --jobs`, a process of its own that talks to the one that started it over IPC.
 *
 * It ends with its run; after the current step when it is told to stop, and also when the other process is gone.
 */
const controller = new AbortController();

// Ctrl-C on a terminal reaches all processes of a command: here the other one decides what it means.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => controller.abort());
process.on('disconnect', () => controller.abort());
process.on('message', (order: Order) => {
  if (order.type === 'stop') controller.abort();
  else void complete(order);
});

async function complete(order: Exclude<Order, { type: 'stop' }>): Promise<void> {
  const report = await result(order);
  // Open handles of the runtime would keep the process alive.
  if (process.connected) process.send?.(report, () => process.exit(0));
  else process.exit(0);
}

async function result(order: Exclude<Order, { type: 'stop' }>): Promise<Report> {
  try {
    return order.type === 'measure'
      ? { type: 'measured', pace: await measureTraining(order.config) }
      : { type: 'outcome', outcome: await trained(order.task) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { type: 'failed', message, isUsageError: error instanceof UsageError };
  }
}

function trained(task: RunTask): Promise<RecordedOutcome> {
  return runTask(task, {
    signal: controller.signal,
    onStep: (progress) => tell({ type: 'step', progress }),
    onEpoch: (line) => tell({ type: 'epoch', line }),
    onResume: (position, file) => tell({ type: 'resume', position, file }),
    onWarning: (text) => tell({ type: 'warning', text }),
  });
}

function tell(report: Report): void {
  // The other process may be gone, or go while this is under way; the run then stops by itself.
  if (process.connected) process.send?.(report, () => undefined);
}
