import { describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { describeEnvironment } from '../../lib/results/environment';
import { parseRecord } from '../../lib/results/parseRecord';
import {
  type FinalLine,
  type ProbeLine,
  type RecordLine,
  type RunLine,
} from '../../lib/results/record';

function runLine(schema: number): RunLine {
  return {
    type: 'run',
    schema,
    id: 'a-run',
    experiment: 'test',
    startedAt: '2026-01-01T00:00:00.000Z',
    config: convergenceConfig('inception-v3', 'smoke'),
    git: { commit: null, dirty: null },
    environment: describeEnvironment(),
    backend: { name: 'tensorflow', version: '2.21.0' },
    data: { name: 'synthetic', sha256: '00' },
    network: { parameters: 1, multiplyAdds: 1 },
  };
}

function probeLine(step: number): ProbeLine {
  const numbers = { deadChannels: 0.25, zeros: 0.5, max: 3, deviation: 1, gradientNorm: 0.125 };
  return {
    type: 'probe',
    step,
    layers: [
      { name: 'inceptionResNetC_01', ...numbers, residualToTrunk: null },
      { name: 'inceptionResNetC_01/sum', ...numbers, max: null, gradientNorm: null },
    ],
  };
}

const final: FinalLine = {
  type: 'final',
  status: 'died',
  top1Error: null,
  top5Error: null,
  wallSeconds: 2,
};

function textOf(...lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function parse(...lines: readonly RecordLine[]) {
  return parseRecord(textOf(...lines), 'a.jsonl');
}

describe('probe lines', () => {
  it('come back as they were written, in order', () => {
    const [first, second] = [probeLine(1), probeLine(100)];
    const record = parse(runLine(2), first, second, final);
    expect(record.probes).toEqual([first, second]);
    expect(record.epochs).toEqual([]);
    expect(record.final).toEqual(final);
  });

  it('of one layer, with the loss, the error and the rate of their step, come back too', () => {
    const step = { loss: 2.25, top1Error: 87.5, learningRate: 0.01 };
    const line: ProbeLine = { ...probeLine(2), layers: probeLine(2).layers.slice(-1), ...step };
    const diverged: ProbeLine = { ...line, step: 3, loss: null };
    expect(parse(runLine(2), line, diverged).probes).toEqual([line, diverged]);
    const wrong = textOf(runLine(2), { ...line, top1Error: 'high' });
    expect(() => parseRecord(wrong, 'a.jsonl')).toThrow(/line 2: "top1Error" is wrong/);
  });

  it('are missing in records of schema 1', () => {
    const { run, probes } = parse(runLine(1), final);
    expect(run.schema).toBe(1);
    expect(probes).toEqual([]);
  });

  it.each([
    [{ ...probeLine(1), step: null }, /a\.jsonl, line 2: "step" is wrong/],
    [{ ...probeLine(1), layers: [{ name: 'x' }] }, /line 2: "layers\.0\.deadChannels" is wrong/],
    [{ ...probeLine(1), layers: undefined }, /line 2: "layers" is wrong/],
  ])('that are damaged are refused by name', (line, message) => {
    expect(() => parseRecord(textOf(runLine(2), line), 'a.jsonl')).toThrow(message);
  });
});

describe('final lines', () => {
  it('tell of an early stop and of other commits', () => {
    const more: FinalLine = { ...final, step: 7, stoppedEarly: true, otherCommits: ['abc'] };
    expect(parse(runLine(2), more).final).toEqual(more);
    const wrong = textOf(runLine(2), { ...final, otherCommits: 'abc' });
    expect(() => parseRecord(wrong, 'a.jsonl')).toThrow(/"otherCommits" is wrong/);
  });
});
