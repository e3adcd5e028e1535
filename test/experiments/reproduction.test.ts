import { describe, expect, it } from 'vitest';

import { convergenceConfig, convergenceConfigs } from '../../experiments/convergence';
import {
  measureEvaluation,
  measureTraining,
  paceOf,
  type TrainingPace,
} from '../../experiments/reproduction/calibration';
import { overallText } from '../../experiments/reproduction/display';
import { evaluationSeconds, trainingSeconds } from '../../experiments/reproduction/estimate';
import { Forecast, type Piece } from '../../experiments/reproduction/forecast';
import { countsOf, cropPasses, trainingWork } from '../../experiments/reproduction/work';

const training = (kind: string, seconds: number): Piece => ({ kind, seconds, isParallel: true });
const serial = (kind: string, seconds: number): Piece => ({ kind, seconds, isParallel: false });

describe('what a training consists of', () => {
  it('are the forward passes of all images of all epochs, and of two evaluations after each', () => {
    const config = convergenceConfig('inception-resnet-v1', 'standard');
    // 19,505,872 multiply-adds stand in the committed records of this network.
    expect(trainingWork(config, countsOf(config))).toEqual({
      kind: 'small',
      trained: 8 * 12_800 * 19_505_872,
      evaluated: 2 * 8 * 10_000 * 19_505_872,
    });
  });

  it('leaves out images that do not fill a batch', () => {
    const config = convergenceConfig('inception-v3', 'standard', { 'data.trainImages': 100 });
    expect(trainingWork(config, countsOf(config)).trained).toBe(8 * 96 * 19_542_016);
  });
});

describe('the crops of evaluations', () => {
  it('are those that differ, once for each network', () => {
    const trainedBy = 'convergence';
    const [v3, other] = convergenceConfigs('quick');
    const passes = cropPasses(
      [
        { trainedBy, runs: [v3], crops: 1, images: 10 },
        { trainedBy, runs: [v3], crops: 12, images: 10 },
        { trainedBy, runs: [v3], crops: 144, images: 10 },
        { trainedBy, runs: [v3, other], crops: 144, images: 10 },
        { trainedBy, runs: [v3, other], crops: 144, images: 10 },
        { trainedBy, runs: [v3], crops: 1 },
      ],
      2000,
    );
    // Of 144, 48 differ in a square image.
    expect(passes).toEqual([10, 120, 480, 480, 0, 2000]);
  });
});

describe('a calibration', () => {
  it('takes steps and evaluation from its second epoch, and all that is left for the start', () => {
    const config = convergenceConfig('inception-resnet-v1', 'standard', {
      ...{ epochs: 2, 'data.trainImages': 96, 'data.testImages': 100 },
    });
    const seconds = (evaluate: number) => ({ seconds: { train: 0, input: 0, evaluate } });
    const pace = paceOf(config, {
      // Graphs are built in the first step and the first evaluation; then a step takes 0.1 s.
      ends: [2, 2.1, 2.2, 4, 4.1, 4.2],
      lines: [seconds(1), seconds(0.2)],
      seconds: 5,
    });
    expect(pace.secondsPerTrained * 2 * 96 * 19_505_872).toBeCloseTo(6 * 0.1, 10);
    expect(pace.secondsPerEvaluated * 2 * 2 * 100 * 19_505_872).toBeCloseTo(2 * 0.2, 10);
    expect(pace.startSeconds).toBeCloseTo(5 - 0.6 - 0.4, 10);
    // So it foretells itself.
    expect(trainingSeconds(trainingWork(config, countsOf(config)), pace, 1)).toBeCloseTo(5, 10);
  });

  it('measures what it says', async () => {
    const tiny = convergenceConfig('inception-resnet-v1', 'smoke');
    const pace = await measureTraining(tiny);
    expect(pace.secondsPerTrained).toBeGreaterThan(pace.secondsPerEvaluated);
    expect(pace.startSeconds).toBeLessThan(pace.seconds);
    const crops = await measureEvaluation(tiny.network);
    expect(crops.secondsPerCrop).toBeGreaterThan(0);
    expect(crops.startSeconds).toBeLessThan(crops.seconds);
  }, 60_000);
});

describe('the seconds of a piece', () => {
  const pace: TrainingPace = {
    startSeconds: 3,
    secondsPerTrained: 2e-9,
    secondsPerEvaluated: 5e-10,
    seconds: 2,
  };
  const work = { kind: 'small', trained: 4e9, evaluated: 2e9 };

  it('of a training are its start and the share of its steps and evaluations that is left', () => {
    expect(trainingSeconds(work, pace, 1)).toBeCloseTo(3 + 8 + 1, 10);
    expect(trainingSeconds(work, pace, 0.5)).toBeCloseTo(3 + 4.5, 10);
  });

  it('of an evaluation are its start and its crops, and nothing when all crops are known', () => {
    const crops = { startSeconds: 1, secondsPerCrop: 0.01, seconds: 1 };
    expect(evaluationSeconds(200, crops)).toBeCloseTo(3, 10);
    expect(evaluationSeconds(0, crops)).toBe(0);
  });
});

describe('a forecast', () => {
  it('is the sum of all pieces, less what has been reached', () => {
    const forecast = new Forecast([training('small', 60), serial('drawing', 20)], 1);
    expect(forecast.secondsLeft).toBe(80);
    forecast.reach(0, 0.25);
    expect(forecast.secondsLeft).toBe(65);
    expect(forecast.share).toBeCloseTo(15 / 80, 10);
    expect(forecast.ended).toBe(0);
  });

  it('is corrected by the pieces that have ended: those of the same kind, all for other kinds', () => {
    const pieces = [training('small', 10), training('small', 30), training('study', 40)];
    const forecast = new Forecast([...pieces, training('study', 20)], 1);
    forecast.end(0, 15);
    // All of them seem to take half as long again.
    expect(forecast.secondsLeft).toBeCloseTo(1.5 * (30 + 40 + 20), 10);
    forecast.end(2, 20);
    // 35 s instead of 50 in all; but small networks take 1.5 times as long, those of the study half.
    expect(forecast.secondsLeft).toBeCloseTo(1.5 * 30 + 0.5 * 20, 10);
  });

  it('learns nothing from a piece whose time says nothing', () => {
    const forecast = new Forecast([training('small', 10), training('small', 30)], 1);
    forecast.end(0);
    expect(forecast.secondsLeft).toBe(30);
    expect(forecast.ended).toBe(1);
  });

  it('divides among the jobs what goes on side by side', () => {
    const pieces = [training('small', 40), training('small', 40), serial('drawing', 20)];
    const forecast = new Forecast(pieces, 2);
    expect(forecast.secondsLeft).toBe(40 + 20);
    forecast.end(0, 40);
    // The last one is alone, whatever the number of jobs.
    expect(forecast.secondsLeft).toBe(40 + 20);
  });

  it('is over when all has ended', () => {
    const forecast = new Forecast([training('small', 40)], 1);
    forecast.reach(0, 1);
    expect(forecast.ended).toBe(0);
    forecast.end(0, 50);
    expect([forecast.secondsLeft, forecast.ended, forecast.share]).toEqual([0, 1, 1]);
  });
});

describe('the line over everything', () => {
  it('tells which run it is and how long all of it takes', () => {
    const progress = { of: 57, share: 0.2, secondsLeft: 360 };
    expect(overallText({ ...progress, ended: 11 })).toBe('run 12 of 57, about 6 min left');
    expect(overallText({ ...progress, ended: 57 })).toBe('all 57 runs done, about 6 min left');
  });
});
