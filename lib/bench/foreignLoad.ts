import os from 'node:os';

/** Watches what all programs of the machine together compute. */
export class ForeignLoad {
  private readonly start = performance.now();
  private readonly busy = busySeconds();

  /** The share of all cores that others than ours had since the start; `ours` are the CPU seconds of ours, 0 or more. */
  share(ours: number): number {
    const available = ((performance.now() - this.start) / 1e3) * os.cpus().length;
    return Math.max(0, busySeconds() - this.busy - ours) / available;
  }
}

function busySeconds(): number {
  const milliseconds = os
    .cpus()
    .reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  return milliseconds / 1e3;
}
