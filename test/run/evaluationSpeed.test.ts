import { describe, expect, it } from 'vitest';

import { EvaluationSpeed } from '../../lib/run/evaluationSpeed';

describe('the speed of an evaluation', () => {
  let time = 0;
  const speed = new EvaluationSpeed(() => time);
  const tell = (seconds: number, model: number, done: number) => {
    time = 1000 * seconds;
    return speed.measure({ model, models: 2, done, images: 1000 });
  };

  it('leaves out what an earlier process has done, and counts the models to come', () => {
    expect(tell(0, 1, 400)).toBeUndefined();
    // 100 images in 5 seconds: 500 of this model and 1000 of the other are left.
    expect(tell(5, 1, 500)).toEqual({ imagesPerSecond: 20, secondsLeft: 75 });
    expect(tell(30, 1, 1000)).toEqual({ imagesPerSecond: 20, secondsLeft: 50 });
  });

  it('leaves out what another evaluation has predicted of a model', () => {
    expect(tell(40, 2, 700)).toEqual({ imagesPerSecond: 20, secondsLeft: 15 });
    expect(tell(55, 2, 1000)).toEqual({ imagesPerSecond: 20, secondsLeft: 0 });
  });
});
