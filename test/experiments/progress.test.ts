import { describe, expect, it, vi } from 'vitest';

import { progressLines } from '../../experiments/progressLines';
import { stepTexts } from '../../experiments/progressTexts';
import { duration } from '../../lib/report/format';

const progress = {
  ...{ epoch: 1, step: 1, totalSteps: 100, loss: 2.34567 },
  ...{ learningRate: 0.0423, top1Error: 87.512, stepTop1Error: 87.5, images: 32 },
};

describe('the texts of a step', () => {
  it('name loss, error, learning rate and speed', () => {
    expect(stepTexts(progress, 123.4)).toEqual({
      ...{ loss: '2.3457', error: '87.5 %', learningRate: '0.0423', speed: '123' },
    });
    expect(stepTexts({ ...progress, learningRate: 0.045 * 0.94 ** 30 }, undefined)).toMatchObject({
      ...{ learningRate: '0.00703', speed: '-' },
    });
  });
});

describe('plain lines', () => {
  it('are the first step, every tenth part and every epoch', () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { onStep } = progressLines().begin('a run');
    for (let step = 1; step <= 100; step++) onStep({ ...progress, step });
    const lines = print.mock.calls.flat() as string[];
    print.mockRestore();
    const steps = lines.map((line) => /step (\d+)\/100/.exec(line)?.[1]);
    expect(steps).toEqual(['1', '10', '20', '30', '40', '50', '60', '70', '80', '90', '100']);
    expect(lines[0]).toBe('a run  step 1/100  loss 2.3457  top-1 error 87.5 %  lr 0.0423');
    expect(lines[1]).toMatch(/lr 0\.0423 {2}\d+ images\/s {2}[\d.]+ s left$/);
  });
});

describe('duration', () => {
  it.each([
    [0.84, '0.8 s'],
    [59.4, '59 s'],
    [725, '12 min'],
    [12_600, '3.5 h'],
  ])('%f is %s', (seconds, text) => expect(duration(seconds)).toBe(text));
});
