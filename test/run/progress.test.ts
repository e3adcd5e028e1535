import { afterEach, describe, expect, it, vi } from 'vitest';

import type { EpochLine } from '../../lib/results/record';
import { runProgress } from '../../lib/run/progress';
import { progressTable } from '../../lib/run/progressTable';
import { Speedometer } from '../../lib/run/speed';
import type { StepProgress } from '../../lib/training/train';

const step = (number: number, images = 32): StepProgress => ({
  epoch: 1,
  step: number,
  totalSteps: 100,
  loss: 2.3456,
  learningRate: 0.0423,
  top1Error: 81.25,
  stepTop1Error: 78.125,
  images,
});

const epoch = (number: number): EpochLine => ({
  type: 'epoch',
  epoch: number,
  step: 50 * number,
  learningRate: 0.045,
  trainLoss: 2.125,
  trainTop1Error: 80,
  testLoss: 2.5,
  top1Error: 61.25,
  top5Error: 12.5,
  rawTop1Error: 70.5,
  rawTop5Error: 20,
  seconds: { train: 100, input: 1, evaluate: 20 },
});

/** The text of HTML, tags aside. */
const textOf = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('Speedometer', () => {
  it('counts images of the last seconds, and the time that is left from the whole run', () => {
    let time = 0;
    const speedometer = new Speedometer(() => time);
    // The first step, with the building of the graph, takes ten seconds, the others a tenth of one.
    time = 10_000;
    expect(speedometer.measure(step(1))).toBeUndefined();
    for (let number = 2; number <= 11; number++) {
      time += 100;
      speedometer.measure(step(number));
    }
    time += 100;
    expect(speedometer.measure(step(12))).toEqual({ imagesPerSecond: 320, secondsLeft: 8.8 });
  });

  it('follows a speed that changes, and counts an evaluation in the time that is left', () => {
    let time = 0;
    const speedometer = new Speedometer(() => time);
    speedometer.measure(step(1));
    time = 60_000;
    for (let number = 2; number <= 50; number++) {
      time += 1000;
      speedometer.measure(step(number, 64));
    }
    time += 1000;
    const speed = speedometer.measure(step(51, 64));
    expect(speed?.imagesPerSecond).toBeCloseTo(64, 6);
    // 110 s for 50 steps, and 49 of them are left.
    expect(speed?.secondsLeft).toBeCloseTo((49 * 110) / 50, 6);
  });

  it('begins anew where a run goes on', () => {
    let time = 0;
    const speedometer = new Speedometer(() => time);
    speedometer.measure(step(80));
    time = 500;
    expect(speedometer.measure(step(81))?.secondsLeft).toBeCloseTo(19 * 0.5, 6);
  });
});

describe('progressTable', () => {
  it('shows step, loss, error, rate, speed, time left and the epochs', () => {
    const speed = { imagesPerSecond: 512.3, secondsLeft: 3600 };
    const state = { title: 'v3', note: 'training', step: step(40), speed, epochs: [epoch(1)] };
    const text = textOf(progressTable(state).text);
    expect(text).toContain(
      'step 40 of 100 · epoch 1 · loss 2.346 · top-1 error 81.3 % · learning rate 0.0423 · 512 images/s · 60 min left',
    );
    expect(text).toContain(' 1 2.125 2.500 61.25 12.50 70.50 2 min ');
  });

  it('escapes what it is given', () => {
    const { text } = progressTable({ title: 'a<b>&"', note: '<script>', epochs: [] });
    expect(text).toContain('a&lt;b&gt;&amp;&quot;');
    expect(text).not.toContain('<script>');
  });

  it('stays small however long a run is', () => {
    const epochs = Array.from({ length: 500 }, (_, index) => epoch(index + 1));
    const { text } = progressTable({ title: 'v3', note: 'training', epochs });
    expect(text.length).toBeLessThan(10_000);
    expect(textOf(text)).toContain('490 earlier ones');
    expect(textOf(text)).toContain(' 500 2.125');
  });
});

describe('runProgress, in a notebook', () => {
  it('shows itself at once, then a few times a second, and ends with the last state', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const shown: string[] = [];
    const output = { html: (text: string) => shown.push(textOf(text)), svg: () => undefined };
    vi.stubGlobal('__tslab__', { require: () => ({ newDisplay: () => output }) });
    const progress = runProgress('v3');
    expect(shown).toHaveLength(1);
    for (let number = 1; number <= 90; number++) {
      vi.advanceTimersByTime(100);
      progress.step(step(number));
      if (number % 45 === 0) progress.epoch(epoch(number / 45));
    }
    progress.end('done after 2 epochs');
    // Nine seconds.
    expect(shown.length).toBeGreaterThanOrEqual(18);
    expect(shown.length).toBeLessThanOrEqual(36);
    expect(shown.at(-1)).toContain('v3 : done after 2 epochs');
    expect(shown.at(-1)).toContain('step 90 of 100');
    expect(shown.at(-1)).toContain(' 2 2.125');
    expect(shown.at(-1)).not.toContain('left');
  });
});

describe('runProgress, elsewhere', () => {
  it('says a line for every tenth part and for every epoch', () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const progress = runProgress('v3');
    for (let number = 1; number <= 19; number++) progress.step(step(number));
    progress.epoch(epoch(1));
    progress.end('stopped');
    expect(log.mock.calls.flat()).toEqual([
      expect.stringMatching(/^v3: step 10 of 100, epoch 1, loss 2\.346, top-1 error .* images\/s/),
      'v3: epoch 1, loss 2.125, top-1 error 61.25 % (2 min)',
      'v3: stopped',
    ]);
  });
});
