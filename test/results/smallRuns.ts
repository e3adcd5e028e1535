import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { onTestFinished } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { overrideConfig, type Overrides } from '../../lib/config';
import type { RunRecord } from '../../lib/results/record';
import {
  type RecordedOutcome,
  recordedRun,
  type RecordedRunOptions,
} from '../../lib/results/recordedRun';
import { openCheckpoint } from '../../lib/training/checkpointFile';

/** Two epochs of four steps in about a second; steps 1, 3 and 6 are probed. */
export const TINY: Overrides = {
  ...{ 'data.name': 'synthetic', 'data.trainImages': 64, 'data.testImages': 20 },
  ...{ batchSize: 16, epochs: 2, execution: 'eager', stability: { every: 3 } },
};

/** A new folder. */
export function newFolder(): string {
  return mkdtempSync(path.join(os.tmpdir(), 'lab-runs-'));
}

/** An empty folder for one test. */
export function emptyFolder(): string {
  const folder = newFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Works on a tiny run in a folder. */
export function work(
  folder: string,
  options: RecordedRunOptions = {},
  overrides: Overrides = {},
): Promise<RecordedOutcome> {
  const smoke = convergenceConfig('inception-resnet-v1', 'smoke');
  const config = overrideConfig(smoke, { ...TINY, ...overrides });
  return recordedRun({ experiment: 'test', folder, config }, options);
}

/** A signal's controller and an event that aborts it at a step. */
export function stopAt(step: number): Pick<RecordedRunOptions, 'onStep' | 'signal'> {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onStep: (progress) => {
      if (progress.step === step) controller.abort();
    },
  };
}

/** What must be the same however often a run was interrupted: all of its record but the times. */
export function timeless({ run, epochs, final, ...rest }: RunRecord) {
  return {
    ...rest,
    run: { ...run, startedAt: undefined },
    epochs: epochs.map((line) => ({ ...line, seconds: undefined })),
    final: { ...final, wallSeconds: undefined },
  };
}

/** Tensors by their bits, which are compared much faster than their numbers, and exactly. */
export function bits(tensors: ReadonlyMap<string, Float32Array>): Record<string, string> {
  const texts = [...tensors].map(([name, { buffer }]) => [
    name,
    Buffer.from(buffer).toString('base64'),
  ]);
  return Object.fromEntries(texts) as Record<string, string>;
}

/** The tensors of a run's newest checkpoint by their bits. */
export function bitsOf({ record, checkpoint = '' }: RecordedOutcome): Record<string, string> {
  const opened = openCheckpoint(checkpoint, record.run.id);
  const texts = bits(opened.tensors);
  opened.close();
  return texts;
}

/** All files below a folder, by their paths in it; those of checkpoints without their checksum. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(path.join(folder, file)).isFile())
    .map((file) => file.replace(/\.[0-9a-f]{16}\.safetensors$/, '.safetensors'))
    .sort();
}

/** A disk of its own for one test, of so many bytes; undefined where this user may not make one. */
export function smallDisk(bytes: number): string | undefined {
  const disk = newFolder();
  onTestFinished(() => {
    spawnSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  });
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', disk]);
  return status === 0 ? disk : undefined;
}
