import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { configHash } from '../../lib/config';
import { parseRecord } from '../../lib/results/parseRecord';
import type { RecordLine } from '../../lib/results/record';
import { readRecord, readRecords, recordFile } from '../../lib/results/store';
import { trainedNetwork } from '../../lib/results/trainedNetwork';
import type { Steer } from '../../lib/training/steering';
import { bitsOf, emptyFolder, stopAt, work } from './smallRuns';

const steer: Steer = (step) => ({ learningRate: step < 3 ? 0.02 : 0.01 });

describe('the record of a steered run', () => {
  it('has a line before the first step with each change, in the order in which things were done', async () => {
    const folder = emptyFolder();
    const { record } = await work(folder, { steer });
    const lines = readFileSync(recordFile(folder, record.run.id), 'utf8').trim().split('\n');
    const told = lines.map((line) => JSON.parse(line) as RecordLine);
    expect(told.map((line) => [line.type, 'step' in line ? line.step : undefined])).toEqual([
      ['run', undefined],
      ...[
        ['change', 1],
        ['probe', 1],
        ['change', 3],
        ['probe', 3],
      ],
      ...[
        ['epoch', 4],
        ['probe', 6],
        ['epoch', 8],
        ['final', 8],
      ],
    ]);
    expect(record.changes).toEqual([
      { type: 'change', step: 1, learningRate: 0.02 },
      { type: 'change', step: 3, learningRate: 0.01 },
    ]);
    expect(record.run).toMatchObject({ steered: true, schema: 3 });
  });

  it('is never that of the run of its config: neither finds the other, nor goes on with it', async () => {
    const folder = emptyFolder();
    const first = await work(folder, { steer, ...stopAt(2) });
    expect(first.record.final?.status).toBe('stopped');
    const second = await work(folder, { steer });
    const plain = await work(folder);
    expect([first.skipped, second.skipped, plain.skipped]).toEqual([false, false, false]);
    expect([second, plain].map(({ record }) => record.final?.step)).toEqual([8, 8]);
    const hash = configHash(plain.record.run.config);
    expect(plain.record.run.id).toMatch(new RegExp(`-${hash}$`));
    expect(second.record.run.id).toMatch(new RegExp(`-${hash}-\\d{8}T\\d{9}Z$`));
    expect(new Set([first, second, plain].map(({ record }) => record.run.id)).size).toBe(3);
    expect(bitsOf(second)).not.toEqual(bitsOf(plain));
    // Figures, tables and claims see the run of the config alone.
    expect(readRecords(folder).map(({ run }) => run.id)).toEqual([plain.record.run.id]);
    expect(plain.record.run).not.toHaveProperty('steered');
    expect(plain.record).toMatchObject({ changes: [], run: { schema: 2 } });
  });

  it('says which network the run has trained', async () => {
    const scale = { a: 0.1, b: 0.2, c: 0.3 };
    const { record } = await work(emptyFolder(), {
      steer: (step) => (step === 1 ? {} : { residualScale: step < 4 ? 0.5 : scale }),
      ...stopAt(5),
    });
    const { network } = record.run.config;
    expect(trainedNetwork(record)).toEqual({ ...network, residualScale: scale });
    expect(trainedNetwork(record, 3).residualScale).toEqual({ a: 0.5, b: 0.5, c: 0.5 });
    expect(trainedNetwork(record, 1)).toEqual(network);
  });

  it('is refused where a change line is damaged', async () => {
    const folder = emptyFolder();
    const { record } = await work(folder, { steer, ...stopAt(1) });
    const file = path.join(folder, `${record.run.id}.jsonl`);
    expect(readRecord(file).changes).toHaveLength(1);
    const damaged = readFileSync(file, 'utf8').replace('"learningRate":0.02', '"learningRate":"x"');
    expect(() => parseRecord(damaged, 'a.jsonl')).toThrow(/line 2: "learningRate" is wrong/);
  });
});
