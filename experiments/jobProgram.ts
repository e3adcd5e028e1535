import { UsageError } from '../lib/errors';
import type { Order, Report } from './jobMessages';
import { type RunTask, runTask } from './oneRun';

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
  else void complete(order.task);
});

async function complete(task: RunTask): Promise<void> {
  const report = await result(task);
  // Open handles of the runtime would keep the process alive.
  if (process.connected) process.send?.(report, () => process.exit(0));
  else process.exit(0);
}

async function result(task: RunTask): Promise<Report> {
  try {
    const outcome = await runTask(task, {
      signal: controller.signal,
      onStep: (progress) => tell({ type: 'step', progress }),
      onEpoch: (line) => tell({ type: 'epoch', line }),
      onResume: (position, file) => tell({ type: 'resume', position, file }),
      onWarning: (text) => tell({ type: 'warning', text }),
    });
    return { type: 'outcome', outcome };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { type: 'failed', message, isUsageError: error instanceof UsageError };
  }
}

function tell(report: Report): void {
  // The other process may be gone, or go while this is under way; the run then stops by itself.
  if (process.connected) process.send?.(report, () => undefined);
}
