import { describe, expect, it } from 'vitest';

import { LabError } from '../../lib/errors';
import { metricsOf } from '../../lib/evaluation/metrics';
import { EVALUATION_SCHEMA, parseEvaluation } from '../../lib/results/evaluationRecord';

const RECORD = {
  ...{ type: 'evaluation', schema: EVALUATION_SCHEMA, id: 'test-1', experiment: 'test' },
  startedAt: '2026-01-01T00:00:00.000Z',
  models: [
    {
      ...{ name: 'inception-v3', reference: 'run', weights: 'averaged', sha256: 'ab' },
      config: { inputSize: 32, classes: 2 },
      plan: { crops: 1, inputSize: 32, centralFraction: 1, scales: [36] },
      batchSize: 240,
    },
  ],
  data: { name: 'made', sha256: 'cd', images: 2 },
  crops: 1,
  git: { commit: null, dirty: null },
  environment: {},
  backend: { name: 'wasm', version: '4' },
  execution: { mode: 'eager', precision: 'float32' },
  skipped: [],
  metrics: metricsOf(
    [0, 1].map((label) => ({ label, probabilities: Float32Array.of(0.75, 0.25) })),
    ['one', 'other'],
  ),
  seconds: 1,
};

describe('parseEvaluation', () => {
  const parse = (record: object) => parseEvaluation(JSON.stringify(record), 'e.json');

  it('gives what was written, with what a later version adds', () => {
    expect(parse({ ...RECORD, added: 1 })).toEqual({ ...RECORD, added: 1 });
  });

  it.each<[object, RegExp]>([
    [{ ...RECORD, schema: 2 }, /e\.json has schema 2, but this version reads up to 1/],
    [{ ...RECORD, type: 'run' }, /e\.json: "type" is wrong/],
    [{ ...RECORD, crops: 13 }, /"crops" is wrong/],
    [{ ...RECORD, models: [] }, /"models" is wrong/],
    [
      {
        ...RECORD,
        metrics: { ...RECORD.metrics, top1: { misses: 1, error: 150, interval: [0, 1] } },
      },
      /"metrics\.top1\.error" is wrong.*evaluate again/,
    ],
    [{}, /"type" is wrong/],
  ])('refuses what is not one, %#', (record, message) => {
    expect(() => parse(record)).toThrow(LabError);
    expect(() => parse(record)).toThrow(message);
  });

  it('refuses what is not JSON', () => {
    expect(() => parseEvaluation('{"type":', 'e.json')).toThrow(/e\.json is not JSON/);
    expect(() => parseEvaluation('null', 'e.json')).toThrow(LabError);
  });
});
