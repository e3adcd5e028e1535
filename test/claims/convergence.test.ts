import { describe, expect, it } from 'vitest';

import type { BenchResult } from '../../lib/bench/benchRecord';
import { CLAIMS } from '../../lib/claims/catalogue';
import { readBenchFile } from '../../lib/results/benchFile';
import type { PaperNetwork } from '../../lib/results/paper';
import { readPaper } from '../../lib/results/paper';
import type { RunRecord } from '../../lib/results/record';
import { syntheticRun } from '../figures/syntheticRecords';
import { judged, measured } from './judged';

const paper = readPaper();

const runs = (convergence: readonly RunRecord[]) => ({ runs: { convergence } });

/** A run that comes down by `points` of error in every epoch, from 80 %. */
const falling = (network: PaperNetwork, seed: number, points: number, epochs = 9): RunRecord =>
  syntheticRun({
    network,
    seed,
    top1: Array.from({ length: epochs }, (_, index) => 80 - index * points),
  });

describe('the claims on speed', () => {
  it("has the paper's ratios from its digitised curves", () => {
    expect(judged('v1-speed', {}).claim.expects(paper)).toBe('1.4 to 1.9 times');
    expect(judged('v2-speed', {}).claim.expects(paper)).toBe('1.1 to 1.3 times');
  });

  it('measures twice as many epochs where an error falls half as fast', () => {
    const records = [0, 1].flatMap((seed) => [
      falling('inception-v3', seed, 4, 8),
      falling('inception-resnet-v1', seed, 8, 8),
    ]);
    // Both begin at 80 % after epoch 1, so an error e is reached after 1 + (80 - e) / 4 and 1 + (80 - e) / 8 epochs;
    // and the whole percents that both reach after their first epoch are 52 to 79.
    const ratios = Array.from({ length: 28 }, (_, i) => (i + 1) / 4).map(
      (late) => (1 + late) / (1 + late / 2),
    );
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    const speed = measured('v1-speed', runs(records));
    const text = mean.toFixed(2);
    expect(speed?.value).toBe(`${text} (${text} to ${text}) times`);
    expect(speed).toMatchObject({ runs: '2 pairs', verdict: 'holds' });
  });

  it('calls a smaller gain weaker, the opposite contradicted, and seeds that disagree not seen', () => {
    const pair = (seed: number, plain: number, residual: number) => [
      falling('inception-v3', seed, plain),
      falling('inception-resnet-v1', seed, residual),
    ];
    const verdict = (records: RunRecord[]) => measured('v1-speed', runs(records))?.verdict;
    expect(verdict([...pair(0, 5, 5.2), ...pair(1, 5, 5.3)])).toBe('holds weaker');
    expect(verdict([...pair(0, 5.2, 5), ...pair(1, 5.3, 5)])).toBe('contradicted');
    expect(verdict([...pair(0, 5.2, 5), ...pair(1, 5, 5.3)])).toBe('not seen');
  });

  it('pairs seeds, and leaves out what has no partner or did not finish', () => {
    const records = [
      falling('inception-v3', 0, 4),
      falling('inception-v3', 1, 4),
      falling('inception-resnet-v1', 1, 8),
      { ...falling('inception-resnet-v1', 0, 8), final: undefined },
    ];
    expect(measured('v1-speed', runs(records))?.runs).toBe('1 pair');
    expect(measured('v2-speed', runs(records))).toBeUndefined();
  });
});

describe('the claims on final errors', () => {
  const ends = (network: PaperNetwork, seed: number, error: number) =>
    syntheticRun({ network, seed, top1: [80, error] });

  it('compares the last errors of a pair seed by seed', () => {
    const records = [
      ...[ends('inception-v3', 0, 30), ends('inception-resnet-v1', 0, 31)],
      ...[ends('inception-v3', 1, 33), ends('inception-resnet-v1', 1, 36)],
    ];
    expect(measured('v1-final-top1', runs(records))).toMatchObject({
      value: '33.5 (31.0 to 36.0) against 31.5 (30.0 to 33.0) %',
      details: 'Difference +2.0 (+1.0 to +3.0) points.',
      verdict: 'holds',
    });
    // Top-5 errors of these runs are a quarter, so they are worse as well; the caption of Fig. 22 says better.
    expect(measured('v1-final-top5', runs(records))?.verdict).toBe('contradicted');
  });

  it('compares the gain from size with the distance within the pairs', () => {
    const four = (seed: number, errors: readonly [number, number, number, number]) => [
      ends('inception-v3', seed, errors[0]),
      ends('inception-resnet-v1', seed, errors[1]),
      ends('inception-v4', seed, errors[2]),
      ends('inception-resnet-v2', seed, errors[3]),
    ];
    const size = (...seeds: RunRecord[][]) => measured('size-decides', runs(seeds.flat()));
    expect(size(four(0, [30, 31, 20, 22]))).toMatchObject({
      value: '9.5 against 1.5 points',
      verdict: 'holds',
    });
    expect(size(four(0, [30, 40, 31, 29]))?.verdict).toBe('contradicted');
    expect(size(four(0, [30, 31, 20, 22]), four(1, [30, 40, 31, 29]))?.verdict).toBe('not seen');
    expect(judged('size-decides', {}).claim.expects(paper)).toBe('1.3 against 0.1 points');
  });
});

describe('the claim on step times', () => {
  it('divides the times of a step, waiting included, at the same seed', () => {
    const slow = (record: RunRecord, seconds: number): RunRecord => ({
      ...record,
      epochs: record.epochs.map((line) => ({
        ...line,
        seconds: { ...line.seconds, train: seconds },
      })),
    });
    const records = [
      slow(falling('inception-v4', 0, 4), 15),
      slow(falling('inception-resnet-v2', 0, 4), 10),
    ];
    expect(measured('v4-step', runs(records))).toMatchObject({
      value: '1.50 times as long',
      verdict: 'holds',
    });
    expect(measured('v4-step', runs(records))?.details).toBeUndefined();
    const bench = readBenchFile() as BenchResult;
    // The medians of the committed benchmark are 104.45 and 111.68 ms.
    expect(measured('v4-step', { ...runs(records), bench })?.details).toContain('0.94 times');
  });
});

describe('the catalogue', () => {
  it('has ids that tell claims apart, and a rule and deviations for each', () => {
    expect(new Set(CLAIMS.map(({ id }) => id)).size).toBe(CLAIMS.length);
    for (const { rule, deviations } of CLAIMS) {
      expect(rule).toMatch(/\.$/);
      expect(deviations).toMatch(/\.$/);
    }
  });

  it('measures nothing where nothing is recorded', () => {
    for (const { id } of CLAIMS) expect(measured(id, {}), id).toBeUndefined();
  });
});
