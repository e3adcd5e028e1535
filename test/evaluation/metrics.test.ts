import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type LabelledPrediction, metricsOf } from '../../lib/evaluation/metrics';
import { wilsonInterval } from '../../lib/evaluation/wilson';

const prediction = (label: number, ...probabilities: number[]): LabelledPrediction => ({
  label,
  probabilities: Float32Array.from(probabilities),
});

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `class ${i}`);

describe('metricsOf', () => {
  // All probabilities are exact in float32.
  const byHand = metricsOf(
    [
      prediction(0, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.03125, 0),
      // Class 5 has the rank 5: it is equal to class 4, which comes first.
      prediction(5, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.03125, 0),
      prediction(4, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.03125, 0),
      prediction(0, 0.25, 0.75, 0, 0, 0, 0, 0),
    ],
    names(7),
  );

  it('counts top-1 and top-5 errors as by hand, equal probabilities by class number', () => {
    const [low, high] = wilsonInterval(3, 4);
    expect(byHand.images).toBe(4);
    expect(byHand.top1).toEqual({ misses: 3, error: 75, interval: [100 * low, 100 * high] });
    expect(byHand.top5).toMatchObject({ misses: 1, error: 25 });
  });

  it('gives the mean loss', () => {
    const ln2 = Math.log(2);
    expect(byHand.loss).toBeCloseTo((1 * ln2 + 5 * ln2 + 5 * ln2 + 2 * ln2) / 4, 12);
  });

  it('keeps the loss finite where the true class has the probability 0', () => {
    expect(metricsOf([prediction(1, 1, 0)], names(2)).loss).toBeCloseTo(126 * Math.log(2), 10);
  });

  it('says how each class does, and that one without images has no error', () => {
    expect(byHand.perClass.map(({ images }) => images)).toEqual([2, 0, 0, 0, 1, 1, 0]);
    expect(byHand.perClass[0]).toEqual({
      name: 'class 0',
      images: 2,
      top1Error: 50,
      top5Error: 0,
    });
    expect(byHand.perClass[1]).toMatchObject({ top1Error: null, top5Error: null });
    expect(byHand.perClass[5]).toMatchObject({ top1Error: 100, top5Error: 100 });
  });

  it('counts true classes in rows and predicted ones in columns', () => {
    const { confusion } = metricsOf(
      [
        prediction(0, 0, 1, 0),
        prediction(0, 1, 0, 0),
        prediction(2, 0, 1, 0),
        prediction(0, 0, 1, 0),
      ],
      names(3),
    );
    expect(confusion).toEqual([
      [1, 2, 0],
      [0, 0, 0],
      [0, 1, 0],
    ]);
  });

  it('has a confusion matrix for up to 50 classes', () => {
    const of = (classes: number) =>
      metricsOf(
        [prediction(0, 1, ...Array.from({ length: classes - 1 }, () => 0))],
        names(classes),
      );
    expect(of(50).confusion).toHaveLength(50);
    expect(of(51).confusion).toBeUndefined();
  });

  it('refuses to say how no images do', () => {
    expect(() => metricsOf([], names(2))).toThrow('no image');
  });
});

describe('calibration', () => {
  it('is the error of 15 bins as by hand', () => {
    // Confidences 0.75 (one of two right), 1 (right) and 0.625 (wrong).
    const { calibration } = metricsOf(
      [
        prediction(0, 0.75, 0.25),
        prediction(1, 0.75, 0.25),
        prediction(0, 1, 0),
        prediction(0, 0.375, 0.625),
      ],
      names(2),
    );
    const filled = calibration.bins.map(({ images }) => images);
    // 0.75 * 15 = 11.25, 1 * 15 = 15, 0.625 * 15 = 9.375: rounded up, the twelfth, fifteenth and tenth bin.
    expect(filled).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 1]);
    expect(calibration.bins[11]).toEqual({ images: 2, confidence: 75, accuracy: 50 });
    expect(calibration.bins[9]).toEqual({ images: 1, confidence: 62.5, accuracy: 0 });
    expect(calibration.bins[0]).toEqual({ images: 0, confidence: null, accuracy: null });
    expect(calibration.expectedError).toBeCloseTo((2 * 25 + 1 * 0 + 1 * 62.5) / 4, 10);
  });
});

describe('metrics of any predictions', () => {
  const CLASSES = 6;
  const predictions = fc.array(
    fc
      .tuple(
        fc.integer({ min: 0, max: CLASSES - 1 }),
        // Few different weights, so that equal probabilities come up.
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: CLASSES, maxLength: CLASSES }),
      )
      .map(([label, weights]) => {
        const sum = weights.reduce((a, b) => a + b) || 1;
        return prediction(label, ...weights.map((weight) => weight / sum));
      }),
    { minLength: 1, maxLength: 40 },
  );

  it('agree with a plain computation that sorts the classes', () => {
    fc.assert(
      fc.property(predictions, (all) => {
        const metrics = metricsOf(all, names(CLASSES));
        const misses = (k: number) =>
          all.filter(({ label, probabilities }) => {
            const order = [...probabilities.keys()].sort(
              (a, b) => probabilities[b] - probabilities[a] || a - b,
            );
            return !order.slice(0, k).includes(label);
          }).length;
        expect(metrics.top1.misses).toBe(misses(1));
        expect(metrics.top5.misses).toBe(misses(5));
      }),
    );
  });

  it('add up: classes and confusion hold every image once, right ones on the diagonal', () => {
    fc.assert(
      fc.property(predictions, (all) => {
        const { images, top1, perClass, confusion = [] } = metricsOf(all, names(CLASSES));
        const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
        expect(sum(perClass.map((own) => own.images))).toBe(images);
        expect(confusion.map(sum)).toEqual(perClass.map((own) => own.images));
        expect(sum(confusion.map((row, i) => row[i]))).toBe(images - top1.misses);
      }),
    );
  });
});
