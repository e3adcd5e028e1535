import { describe, expect, it } from 'vitest';

import type { EvaluationRecord } from '../../lib/results/evaluationRecord';
import type { RunRecord } from '../../lib/results/record';
import { syntheticRun } from '../figures/syntheticRecords';
import { evaluation, type Made } from '../report/madeEvaluations';
import { measured } from './judged';

const evaluations = (...made: Made[]) => ({ evaluations: made.map(evaluation) });

describe('the claims on crops', () => {
  const v3 = { networks: ['inception-v3'] } as const;

  it('compares the same weights with more and with fewer crops', () => {
    const records = evaluations(
      { ...v3, crops: 1, weights: 'a', misses: [30, 0] },
      { ...v3, crops: 12, weights: 'a', misses: [28, 0] },
      { ...v3, crops: 12, weights: 'b', misses: [90, 0] },
      { ...v3, crops: 1, weights: 'c', misses: [40, 0] },
      { ...v3, crops: 12, weights: 'c', misses: [36, 0] },
      { ...v3, crops: 144, weights: 'c', misses: [39, 0] },
    );
    expect(measured('crops-12', records)).toMatchObject({
      value: '32.0 (28.0 to 36.0) against 35.0 (30.0 to 40.0) %',
      runs: '2 networks',
      verdict: 'holds',
    });
    expect(measured('crops-144', records)).toMatchObject({
      value: '39.0 against 36.0 %',
      verdict: 'contradicted',
    });
  });

  it('takes the newest evaluation of the same', () => {
    const records = evaluations(
      { ...v3, crops: 12, misses: [20, 0], startedAt: '2026-01-03' },
      { ...v3, crops: 12, misses: [50, 0], startedAt: '2026-01-02' },
      { ...v3, crops: 1, misses: [30, 0] },
    );
    expect(measured('crops-12', records)?.value).toBe('20.0 against 30.0 %');
  });
});

describe('the sizes that networks saw in training', () => {
  const v3 = { networks: ['inception-v3'] } as const;
  const one = (crops: 1 | 12 | 144, misses: number, weights = 'a'): Made => ({
    ...{ ...v3, crops, misses: [misses, 0], weights, sizes: 'one' },
  });
  const all = (crops: 1 | 12 | 144, misses: number, weights = 'b'): Made => ({
    ...{ ...v3, crops, misses: [misses, 0], weights, sizes: 'all' },
  });

  it('must be all of them for the claims on crops, where there are such networks', () => {
    const onOne = [one(1, 30), one(12, 35)];
    expect(measured('crops-12', evaluations(...onOne))).toMatchObject({
      verdict: 'contradicted',
      scale: expect.stringContaining('networks trained on images of one size') as string,
    });
    expect(measured('crops-12', evaluations(...onOne, all(1, 32), all(12, 30)))).toMatchObject({
      value: '30.0 against 32.0 %',
      verdict: 'holds',
      scale: expect.stringContaining('networks trained on parts of all sizes') as string,
    });
  });

  it('decide when the gain is larger than the mean of those of one size, network by network', () => {
    const onOne = [one(1, 30), one(144, 40), one(1, 30, 'c'), one(144, 34, 'c')];
    // Gains of -10 and -4, on the mean -7.
    expect(measured('sizes-decide', evaluations(...onOne))).toBeUndefined();
    const decided = measured('sizes-decide', evaluations(...onOne, all(1, 32), all(144, 30)));
    expect(decided).toMatchObject({
      value: '+2.0 against -7.0 points gained',
      runs: '3 networks',
      verdict: 'holds',
    });
    expect(decided?.details).toBe(
      'Trained on parts of all sizes: +2.0 points. Trained on images of one size: -7.0 (-10.0 to -4.0) points.',
    );
    const worse = evaluations(...onOne, all(1, 32), all(144, 40));
    expect(measured('sizes-decide', worse)?.verdict).toBe('contradicted');
  });

  it('are compared in the same network', () => {
    const other: Made[] = [all(1, 32), all(144, 30)].map((made) => ({ ...made, width: 0.5 }));
    const records = evaluations(one(1, 30), one(144, 40), ...other);
    expect(measured('sizes-decide', records)).toBeUndefined();
  });
});

describe('the claims on ensembles', () => {
  const member = (name: 'inception-v3' | 'inception-v4', misses: number): EvaluationRecord =>
    evaluation({ networks: [name], crops: 144, misses: [misses, 0] });

  it('compares an ensemble with the best of its members, all of which must be evaluated', () => {
    const both = evaluation({
      networks: ['inception-v3', 'inception-v4'],
      crops: 144,
      misses: [25, 0],
    });
    const alone = [member('inception-v3', 28), member('inception-v4', 31)];
    expect(measured('ensemble-best-member', { evaluations: [both, ...alone] })).toMatchObject({
      value: '-3.0 points to the best member',
      verdict: 'holds',
    });
    expect(measured('ensemble-best-member', { evaluations: [both, alone[0]] })).toBeUndefined();
  });

  it('takes ensembles that saw all sizes in training, where there are any', () => {
    const trained = (sizes: 'one' | 'all', misses: number): Made[] => [
      { ...both, crops: 144, sizes, weights: sizes, misses: [misses, 0] },
      { networks: ['inception-v3'], crops: 144, sizes, weights: sizes, misses: [30, 0] },
      { networks: ['inception-v4'], crops: 144, sizes, weights: sizes, misses: [32, 0] },
    ];
    const both = { networks: ['inception-v3', 'inception-v4'] } as const;
    const value = (...made: Made[]) =>
      measured('ensemble-best-member', evaluations(...made))?.value;
    expect(value(...trained('one', 35))).toBe('+5.0 points to the best member');
    expect(value(...trained('one', 35), ...trained('all', 28))).toBe(
      '-2.0 points to the best member',
    );
    // Single networks that saw all sizes are no ensemble.
    expect(value(...trained('one', 35), ...trained('all', 28).slice(1))).toBe(
      '+5.0 points to the best member',
    );
  });

  it('asks for intervals that do not overlap before the mixed ensemble is better', () => {
    const mixed = (misses: number) =>
      measured(
        'ensemble-mixed',
        evaluations(
          {
            networks: ['inception-v4', 'inception-resnet-v2'],
            crops: 144,
            misses: [misses, 0],
          },
          { networks: ['inception-v3', 'inception-v3'], crops: 144, misses: [50, 0] },
        ),
      )?.verdict;
    // Wilson, 95 %, 100 images: 50 gives 40.4 to 59.6, 30 gives 21.9 to 39.6, 70 gives 60.4 to 78.1.
    expect(mixed(30)).toBe('holds');
    expect(mixed(45)).toBe('holds weaker');
    expect(mixed(55)).toBe('not seen');
    expect(mixed(70)).toBe('contradicted');
  });
});

describe('the claims on optimizers', () => {
  const run = (
    seed: number,
    error: number,
    optimizer: Partial<RunRecord['run']['config']['optimizer']> = {},
  ): RunRecord => {
    const record = syntheticRun({ network: 'inception-resnet-v1', seed, top1: [80, error] });
    const { config } = record.run;
    return {
      ...record,
      run: {
        ...record.run,
        config: { ...config, optimizer: { ...config.optimizer, ...optimizer } },
      },
    };
  };
  const optimizers = (...records: RunRecord[]) => ({ runs: { optimizers: records } });

  it('compares momentum with RMSProp at the same settings and seed', () => {
    const records = optimizers(
      ...[run(0, 30), run(1, 32), run(2, 31)],
      ...[run(0, 33, { name: 'momentum' }), run(1, 33, { name: 'momentum' })],
      run(2, 10, { name: 'momentum', learningRate: 0.01 }),
    );
    expect(measured('rmsprop-best', records)).toMatchObject({
      value: '31.0 (30.0 to 32.0) against 33.0 (33.0 to 33.0) %',
      runs: '2 pairs',
      verdict: 'holds',
    });
  });

  it('gives a small epsilon the better of its rates', () => {
    const records = optimizers(
      run(0, 30),
      run(0, 60, { epsilon: 0.001 }),
      run(0, 29, { epsilon: 0.001, learningRate: 0.0045 }),
    );
    expect(measured('epsilon-one', records)).toMatchObject({
      value: '30.0 against 29.0 %',
      verdict: 'contradicted',
    });
    expect(measured('epsilon-one', records)?.details).toContain('0.0045');
  });

  it('compares averages with the weights as they are, of the paper’s choices', () => {
    // Made-up runs have raw errors of five points more.
    const records = optimizers(run(0, 30), run(1, 32), run(0, 90, { name: 'momentum' }));
    expect(measured('averages-better', records)).toMatchObject({
      value: '31.0 (30.0 to 32.0) against 36.0 (35.0 to 37.0) %',
      runs: '2 runs',
      verdict: 'holds',
    });
  });
});
