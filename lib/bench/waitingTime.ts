import type { CropPlan } from '../images/crops';
import type { ImageError } from '../images/imageError';
import type { ImageSource } from '../images/picture';
import type { PicturePreparer } from '../images/preparation';
import type { PreparedCrops } from '../images/preparation';

/** Prepares images as another does, and adds up how long its reader waited for them. */
export class WaitingTime implements PicturePreparer {
  seconds = 0;

  constructor(private readonly preparer: PicturePreparer) {}

  async *cropPictures(
    sources: Iterable<ImageSource>,
    plan: CropPlan,
    ahead: number,
  ): AsyncGenerator<PreparedCrops | ImageError> {
    const images = this.preparer.cropPictures(sources, plan, ahead);
    try {
      for (;;) {
        const start = performance.now();
        const next = await images.next();
        this.seconds += (performance.now() - start) / 1e3;
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await images.return(undefined);
    }
  }
}
