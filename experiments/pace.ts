/** Steps over which speed is measured: long enough to be steady, short enough to show a change at once. */
const STEPS = 20;

/** How fast a run has been lately; what its evaluations take does not count. */
export class Pace {
  private marks: { readonly at: number; readonly images: number }[] = [];

  /** Notes the end of a step on so many images; `at` in seconds, now unless told otherwise. */
  step(images: number, at: number = performance.now() / 1000): void {
    this.marks = [...this.marks.slice(-STEPS), { at, images }];
  }

  /** Forgets what was: something else than a step has taken time. */
  restart(): void {
    this.marks = [];
  }

  /** Images a second; undefined until there are two steps in a row. */
  get imagesPerSecond(): number | undefined {
    const images = this.marks.slice(1).reduce((sum, mark) => sum + mark.images, 0);
    return this.seconds > 0 ? images / this.seconds : undefined;
  }

  /** Seconds of a step; undefined until there are two in a row. */
  get secondsPerStep(): number | undefined {
    return this.seconds > 0 ? this.seconds / (this.marks.length - 1) : undefined;
  }

  private get seconds(): number {
    const [first] = this.marks;
    const last = this.marks.at(-1);
    return first && last ? last.at - first.at : 0;
  }
}
