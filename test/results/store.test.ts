import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { overrideConfig, type Overrides } from '../../lib/config';
import { LabError } from '../../lib/errors';
import { describeEnvironment } from '../../lib/results/environment';
import { newestSetting } from '../../lib/results/newestSetting';
import type {
  EpochLine,
  FinalLine,
  ProbeLine,
  RecordLine,
  RunLine,
  RunRecord,
  RunStatus,
} from '../../lib/results/record';
import { runId } from '../../lib/results/recordedRun';
import {
  beginRecord,
  clearRecord,
  finishedRecord,
  readRecord,
  readRecords,
  recordFile,
  resumeRecord,
} from '../../lib/results/store';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'records-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const config = convergenceConfig('inception-v3', 'smoke');

function runLine(overrides: Partial<RunLine> = {}): RunLine {
  return {
    type: 'run',
    schema: 2,
    id: 'a-run',
    experiment: 'test',
    startedAt: '2026-01-01T00:00:00.000Z',
    config,
    git: { commit: null, dirty: null },
    environment: describeEnvironment(),
    backend: { name: 'tensorflow', version: '2.21.0' },
    data: { name: 'synthetic', sha256: '00' },
    network: { parameters: 1, multiplyAdds: 1 },
    ...overrides,
  };
}

const epochLine: EpochLine = {
  type: 'epoch',
  epoch: 1,
  step: 10,
  learningRate: 0.045,
  trainLoss: 2.3,
  trainTop1Error: 90,
  testLoss: 2.3,
  top1Error: 90,
  top5Error: 50,
  rawTop1Error: 90,
  rawTop5Error: 50,
  seconds: { train: 1, input: 0, evaluate: 1 },
};

function finalLine(status: RunStatus): FinalLine {
  return { type: 'final', status, top1Error: 90, top5Error: 50, wallSeconds: 2 };
}

describe('records', () => {
  it('come back as they were written, line by line', () => {
    const append = beginRecord(folder, runLine());
    append(epochLine);
    append(finalLine('done'));
    expect(readRecords(folder)).toEqual([
      { run: runLine(), epochs: [epochLine], probes: [], changes: [], final: finalLine('done') },
    ]);
  });

  it('of a killed run keep their complete lines', () => {
    const append = beginRecord(folder, runLine());
    append(epochLine);
    appendFileSync(recordFile(folder, 'a-run'), '{"type":"epoch","epo');
    const { epochs, final } = readRecord(recordFile(folder, 'a-run'));
    expect(epochs).toEqual([epochLine]);
    expect(final).toBeUndefined();
  });

  it.each([
    ['stopped', false],
    ['done', true],
    ['diverged', true],
  ] as const)('that ended as %s count as finished: %s', (status, finished) => {
    beginRecord(folder, runLine())(finalLine(status));
    expect(finishedRecord(folder, 'a-run') !== undefined).toBe(finished);
  });

  it.each([
    [
      `${JSON.stringify(runLine({ schema: 4 }))}\n`,
      /line 1 has schema 4, but this version reads up to 3/,
    ],
    [`${JSON.stringify(epochLine)}\n`, /does not begin with a "run" line/],
    [`${JSON.stringify(runLine())}\nnonsense\n`, /line 2 is not JSON/],
    [
      `${JSON.stringify(runLine())}\n${JSON.stringify({ ...epochLine, top1Error: 'x' })}\n`,
      /line 2: "top1Error" is wrong/,
    ],
    ['', /does not begin with a "run" line/],
  ])('that are damaged or newer are refused by name', (text, message) => {
    const file = path.join(folder, 'bad.jsonl');
    writeFileSync(file, text);
    expect(() => readRecord(file)).toThrow(LabError);
    expect(() => readRecord(file)).toThrow(message);
    expect(() => readRecord(file)).toThrow(file);
  });
});

describe('an unfinished record', () => {
  const probe = (step: number): ProbeLine => ({ type: 'probe', step, layers: [] });
  const file = () => recordFile(folder, 'a-run');
  const text = () => readFileSync(file(), 'utf8');

  const begun = (...lines: readonly RecordLine[]) => {
    const append = beginRecord(folder, runLine());
    lines.forEach(append);
  };

  it('is begun anew in one go', () => {
    begun(epochLine);
    beginRecord(folder, runLine({ startedAt: 'later' }));
    expect(readRecord(file())).toEqual({
      run: runLine({ startedAt: 'later' }),
      ...{ epochs: [], probes: [], changes: [], final: undefined },
    });
    expect(readdirSync(folder)).toEqual(['a-run.jsonl']);
  });

  it('goes on after the lines that a checkpoint knows: what came later goes', () => {
    const [first, second] = [epochLine, { ...epochLine, epoch: 2, step: 20 }];
    begun(probe(5), first, probe(15), second, probe(25), finalLine('stopped'));
    appendFileSync(file(), '{"type":"epo');
    resumeRecord(folder, 'a-run', { epochs: 1, probes: 2 })(finalLine('done'));
    expect(readRecord(file())).toEqual({
      run: runLine(),
      epochs: [first],
      probes: [probe(5), probe(15)],
      changes: [],
      final: finalLine('done'),
    });
  });

  it('loses nothing that the checkpoint knows, and only the end that a kill cut off', () => {
    begun(epochLine, probe(15));
    const whole = text();
    appendFileSync(file(), '{"type":"epo');
    resumeRecord(folder, 'a-run', { epochs: 1, probes: 1 });
    expect(text()).toBe(whole);
  });

  it.each([
    ['lacks a line', [probe(5)], { epochs: 1, probes: 1 }],
    ['has others', [probe(5), probe(15)], { epochs: 1, probes: 1 }],
    ['ends too early', [probe(5), finalLine('stopped')], { epochs: 1, probes: 1 }],
  ])('that %s is refused and left as it is', (_what, lines, known) => {
    begun(...lines);
    appendFileSync(file(), '{"type":"epoch"');
    const before = text();
    const resume = () => resumeRecord(folder, 'a-run', known);
    expect(resume).toThrow(LabError);
    expect(resume).toThrow(`${file()} does not begin with the 1 epoch and 1 probe lines`);
    expect(text()).toBe(before);
  });

  it('is not begun by a line that comes late: one that was taken away stays away', () => {
    const append = beginRecord(folder, runLine());
    rmSync(file());
    expect(() => append(epochLine)).toThrow('ENOENT');
    expect(existsSync(file())).toBe(false);
  });

  it('of another run keeps its half-written files when one is cleared', () => {
    begun();
    writeFileSync(`${file()}.77.tmp`, 'half');
    writeFileSync(recordFile(folder, 'another') + '.77.tmp', 'half');
    clearRecord(folder, 'a-run');
    expect(readdirSync(folder).sort()).toEqual(['a-run.jsonl', 'another.jsonl.77.tmp']);
  });
});

describe('newestSetting', () => {
  const record = (
    startedAt: string,
    overrides: Overrides,
    network = 'inception-v3',
    status: RunStatus = 'done',
  ): RunRecord => {
    const changed = overrideConfig(convergenceConfig(network, 'smoke'), overrides);
    return {
      run: runLine({ id: runId('test', changed), startedAt, config: changed }),
      epochs: [],
      probes: [],
      changes: [],
      final: finalLine(status),
    };
  };
  const seedsOf = (records: readonly RunRecord[]) =>
    records.map(({ run }) => [run.config.network.name, run.config.seed]);

  it('keeps seeds and networks of one setting together and leaves others out', () => {
    const records = [
      record('2026-01-01', { epochs: 9 }),
      record('2026-01-02', { seed: 0 }),
      record('2026-01-03', { seed: 1 }),
      record('2026-01-04', { seed: 0 }, 'inception-resnet-v1'),
    ];
    expect(seedsOf(newestSetting(records)).sort()).toEqual([
      ['inception-resnet-v1', 0],
      ['inception-v3', 0],
      ['inception-v3', 1],
    ]);
  });

  it('is decided by a run that trained all its epochs; diverged ones of its setting stay', () => {
    const records = [
      record('2026-01-01', { seed: 0 }),
      record('2026-01-02', { seed: 1 }, 'inception-v3', 'diverged'),
      record('2026-01-03', { 'optimizer.learningRate': 9 }, 'inception-v3', 'diverged'),
      record('2026-01-04', { seed: 2 }, 'inception-v3', 'stopped'),
    ];
    expect(
      newestSetting(records)
        .map(({ run }) => run.config.seed)
        .sort(),
    ).toEqual([0, 1]);
  });

  it('takes the newest form of a network', () => {
    const records = [record('2026-01-01', { 'network.width': 0.25 }), record('2026-01-02', {})];
    expect(newestSetting(records).map(({ run }) => run.config.network.width)).toEqual([0.125]);
  });
});
