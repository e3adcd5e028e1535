import { LabError } from '../errors';
import { type Calibration, CalibrationTotals } from './calibration';
import { rankOf } from './topK';
import { wilsonInterval } from './wilson';

/** How often the true class is not among the highest probabilities. */
export interface ErrorRate {
  readonly misses: number;
  /** Percent of the images. */
  readonly error: number;
  /** Its 95 % confidence interval (Wilson), in percent. */
  readonly interval: readonly [low: number, high: number];
}

/** How a class does; errors in percent, null for a class without images. */
export interface ClassMetrics {
  readonly name: string;
  readonly images: number;
  readonly top1Error: number | null;
  readonly top5Error: number | null;
}

/** How predictions do on labelled images. */
export interface Metrics {
  readonly images: number;
  /** Mean of -ln of the probability of the true class. */
  readonly loss: number;
  readonly top1: ErrorRate;
  readonly top5: ErrorRate;
  readonly calibration: Calibration;
  /** In the order of the classes. */
  readonly perClass: readonly ClassMetrics[];
  /** Images by true class (row) and class of the highest probability (column); absent above 50 classes. */
  readonly confusion?: readonly (readonly number[])[];
}

/** The true class of an image and what is predicted for it. */
export interface LabelledPrediction {
  readonly label: number;
  /** One for each class, finite, adding up to 1. */
  readonly probabilities: Float32Array;
}

/** Larger confusion matrices are of no use to a reader: 1000 classes have a million cells. */
const MOST_CONFUSION_CLASSES = 50;

/** The smallest normal float32 stands for a smaller probability, so that one image cannot make the loss infinite. */
const LEAST_PROBABILITY = 2 ** -126;

/** The metrics of predictions, read once, one at a time. Throws a LabError if there are none. */
export function metricsOf(
  predictions: Iterable<LabelledPrediction>,
  classNames: readonly string[],
): Metrics {
  const totals = new MetricsTotals(classNames);
  for (const { label, probabilities } of predictions) totals.add(label, probabilities);
  return totals.metrics();
}

/** Adds up the metrics of predictions, image by image. */
export class MetricsTotals {
  private images = 0;
  private loss = 0;
  private readonly calibration = new CalibrationTotals();
  private readonly classes: { images: number; misses1: number; misses5: number }[];
  private readonly confusion?: number[][];

  constructor(private readonly classNames: readonly string[]) {
    this.classes = classNames.map(() => ({ images: 0, misses1: 0, misses5: 0 }));
    if (classNames.length <= MOST_CONFUSION_CLASSES) {
      this.confusion = classNames.map(() => classNames.map(() => 0));
    }
  }

  /** Adds one image; equal probabilities rank by class number. */
  add(label: number, probabilities: Float32Array): void {
    const rank = rankOf(label, probabilities);
    const predicted = highest(probabilities);
    this.images += 1;
    this.loss -= Math.log(Math.max(probabilities[label], LEAST_PROBABILITY));
    this.calibration.add(probabilities[predicted], rank === 0);
    this.classes[label].images += 1;
    this.classes[label].misses1 += rank >= 1 ? 1 : 0;
    this.classes[label].misses5 += rank >= 5 ? 1 : 0;
    if (this.confusion) this.confusion[label][predicted] += 1;
  }

  /** The metrics of all images that were added. Throws a LabError if there are none. */
  metrics(): Metrics {
    const { images, classes } = this;
    if (images === 0) {
      throw new LabError('There is no image to evaluate: all were left out or could not be read.');
    }
    return {
      images,
      loss: this.loss / images,
      top1: errorRate(
        classes.reduce((sum, { misses1 }) => sum + misses1, 0),
        images,
      ),
      top5: errorRate(
        classes.reduce((sum, { misses5 }) => sum + misses5, 0),
        images,
      ),
      calibration: this.calibration.calibration(),
      perClass: classes.map(({ misses1, misses5, ...own }, index) => ({
        name: this.classNames[index],
        images: own.images,
        top1Error: own.images === 0 ? null : (100 * misses1) / own.images,
        top5Error: own.images === 0 ? null : (100 * misses5) / own.images,
      })),
      confusion: this.confusion?.map((row) => [...row]),
    };
  }
}

function errorRate(misses: number, images: number): ErrorRate {
  const [low, high] = wilsonInterval(misses, images);
  return { misses, error: (100 * misses) / images, interval: [100 * low, 100 * high] };
}

/** The class of the highest probability, the first of equal ones. */
function highest(probabilities: Float32Array): number {
  let best = 0;
  for (let index = 1; index < probabilities.length; index++) {
    if (probabilities[index] > probabilities[best]) best = index;
  }
  return best;
}
