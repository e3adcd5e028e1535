/** Images whose highest probability lies in one bin; percent, null without images. */
export interface CalibrationBin {
  readonly images: number;
  /** Mean of the highest probability. */
  readonly confidence: number | null;
  /** Share of the images for which the class of the highest probability is the right one. */
  readonly accuracy: number | null;
}

/** How far confidence and accuracy lie apart. */
export interface Calibration {
  /** Mean of |accuracy - confidence| over the bins, weighted by their images, in percent. */
  readonly expectedError: number;
  /** Of equal width from 0 to 100 % confidence; a bin holds its upper end. */
  readonly bins: readonly CalibrationBin[];
}

/** As many bins as Guo et al. (2017), "On Calibration of Modern Neural Networks", take. */
const BINS = 15;

/** Adds up the expected calibration error of Guo et al. (2017), image by image. */
export class CalibrationTotals {
  private readonly bins = Array.from({ length: BINS }, () => ({
    images: 0,
    confidence: 0,
    hits: 0,
  }));

  /** `confidence`: the highest probability, in (0, 1]. */
  add(confidence: number, isRight: boolean): void {
    const index = Math.min(BINS, Math.max(1, Math.ceil(confidence * BINS))) - 1;
    const bin = this.bins[index];
    bin.images += 1;
    bin.confidence += confidence;
    bin.hits += isRight ? 1 : 0;
  }

  /** The calibration over all images that were added. */
  calibration(): Calibration {
    const images = this.bins.reduce((sum, bin) => sum + bin.images, 0);
    const apart = this.bins.reduce((sum, bin) => sum + Math.abs(bin.hits - bin.confidence), 0);
    return {
      expectedError: (100 * apart) / images,
      bins: this.bins.map((bin) => ({
        images: bin.images,
        confidence: bin.images === 0 ? null : (100 * bin.confidence) / bin.images,
        accuracy: bin.images === 0 ? null : (100 * bin.hits) / bin.images,
      })),
    };
  }
}
