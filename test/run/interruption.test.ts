import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { projectRoot } from '../../lib/projectRoot';
import { readRecords } from '../../lib/results/store';

const record = `signal-test-${process.pid}`;
const folder = path.join(projectRoot(), 'results', record);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Trains with one seed until it is stopped, then takes its time, as a program that has more to do. */
const program = (seed: number) => `
  const lab = require(${JSON.stringify(path.join(projectRoot(), 'dist/lib/index.js'))});
  const run = lab.train({
    network: { name: 'inception-resnet-v1', width: 0.1, repeats: { a: 1, b: 1, c: 1 } },
    data: { name: 'synthetic', trainImages: 64, testImages: 50 },
    batchSize: 16, epochs: 5000, seed: ${seed}, record: '${record}', progress: false,
    callbacks: { onStep: ({ step }) => step === 3 && console.log('training') },
  });
  run.then(({ status, model }) => {
    console.log(status, model.outputs[0].shape[1], process.listenerCount('SIGINT'), process.listenerCount('SIGTERM'));
  });`;

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly text: string;
}

/** Runs the program and sends it signals at its third step. */
function interrupted(seed: number, signals: readonly NodeJS.Signals[]): Promise<Ending> {
  const child = spawn(process.execPath, ['-e', program(seed)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  return new Promise((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      if (text === '') signals.forEach((signal) => child.kill(signal));
      text += part;
    });
    child.once('close', (code, signal) => resolve({ code, signal, text: text.trim() }));
  });
}

function statusOf(seed: number): string | undefined {
  return readRecords(folder).find(({ run }) => run.config.seed === seed)?.final?.status;
}

describe('a run in a program', () => {
  it('ends after its step on Ctrl-C, with its weights, and listens no longer', async () => {
    const { code, text } = await interrupted(1, ['SIGINT']);
    expect(text).toBe('training\nstopped 10 0 0');
    expect([code, statusOf(1)]).toEqual([0, 'stopped']);
  });

  it('takes two SIGINTs at once for one Ctrl-C, which npm passes on', async () => {
    const { code, text } = await interrupted(3, ['SIGINT', 'SIGINT']);
    expect([code, text, statusOf(3)]).toEqual([0, 'training\nstopped 10 0 0', 'stopped']);
  });

  it('ends after its step on SIGTERM, and the process with it', async () => {
    const { signal, text } = await interrupted(2, ['SIGTERM']);
    expect(text).toMatch(/^training/);
    expect([signal, statusOf(2)]).toEqual(['SIGTERM', 'stopped']);
  });
});
