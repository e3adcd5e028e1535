import { argmaxOf, type Moments, momentsOf, probesOf } from './statistics';

/** A number that is further from the reference than its tolerance. */
export interface Miss {
  readonly where: string;
  readonly actual: number;
  readonly expected: number;
  /** The difference in units of the tolerance; Infinity where the numbers had to be equal. */
  readonly units: number;
}

/** The outcome of one group of comparisons. */
export interface Finding {
  readonly what: string;
  /** How many numbers were compared. */
  readonly compared: number;
  /** The largest difference in units of its tolerance, and where it is. */
  readonly worst: number;
  readonly where: string;
  readonly misses: readonly Miss[];
}

/** How far numbers of a tensor may be from the reference. */
export interface Tolerance {
  /** Of elements and the mean; absolute. */
  readonly elements: number;
  /** Of standard deviation and l2 norm; relative. */
  readonly relative: number;
}

/** What a reference may record of a tensor. */
export interface Recorded extends Moments {
  readonly probe?: readonly number[];
  readonly first4?: readonly number[];
  readonly last4?: readonly number[];
  readonly first16?: readonly number[];
  readonly argmax?: number;
}

/** The share of its standard deviation by which a tensor may differ (section 3 of the reference's description). */
const SHARE = 1e-5;

/** The reference's own tolerance for a tensor: 1e-5 of its standard deviation, and relative 1e-5. */
export function referenceTolerance({ std }: Moments): Tolerance {
  return { elements: SHARE * std, relative: SHARE };
}

/** Compares numbers of one group with the reference and remembers the worst and the misses. */
export class Comparison {
  private readonly misses: Miss[] = [];
  private compared = 0;
  private worst = 0;
  private where = '';

  /** `allowed` is how many tolerances a difference may have: 1, or more where a backend sums in another order. */
  constructor(
    private readonly what: string,
    private readonly allowed = 1,
  ) {}

  /** Compares a number; a tolerance of 0 asks for equality. */
  close(where: string, actual: number, expected: number, tolerance: number): void {
    const difference = Math.abs(actual - expected);
    const units = difference === 0 ? 0 : difference / tolerance;
    this.add({ where, actual, expected, units: Number.isNaN(units) ? Infinity : units });
  }

  /** Compares a number of which the reference is exact: a count, a class. */
  equal(where: string, actual: number, expected: number): void {
    this.close(where, actual, expected, 0);
  }

  /** Compares numbers by place; another length is a miss. */
  each(
    where: string,
    actual: ArrayLike<number>,
    expected: readonly number[],
    tolerance: number,
  ): void {
    this.length(where, actual.length, expected.length);
    expected.forEach((value, i) => this.close(`${where}[${i}]`, actual[i], value, tolerance));
  }

  /** Compares everything that the reference records of a tensor. */
  tensor(
    where: string,
    values: Float32Array,
    expected: Recorded,
    { elements, relative }: Tolerance = referenceTolerance(expected),
  ): void {
    const { mean, std, l2 } = momentsOf(values);
    this.close(`${where} mean`, mean, expected.mean, elements);
    this.close(`${where} std`, std, expected.std, relative * expected.std);
    this.close(`${where} l2`, l2, expected.l2, relative * expected.l2);
    const { probe, first4, last4, first16, argmax } = expected;
    const check = (name: string, actual: ArrayLike<number>, recorded?: readonly number[]) =>
      recorded && this.each(`${where} ${name}`, actual, recorded, elements);
    check('probe', probesOf(values, probe?.length ?? 0), probe);
    check('first', values.subarray(0, first4?.length), first4);
    check('last', values.subarray(values.length - (last4?.length ?? 0)), last4);
    check('first', values.subarray(0, first16?.length), first16);
    if (argmax !== undefined) {
      this.equal(`${where} argmax`, argmaxOf(values), argmax);
    }
  }

  /** Compares a tensor image by image; another number of images is a miss. */
  images(where: string, images: readonly Float32Array[], expected: readonly Recorded[]): void {
    this.length(where, images.length, expected.length);
    images
      .slice(0, expected.length)
      .forEach((values, n) => this.tensor(`${where} image ${n}`, values, expected[n]));
  }

  /** A length is no number of the reference: it counts only when it is wrong. */
  length(where: string, actual: number, expected: number): void {
    if (actual !== expected) {
      this.equal(`${where} length`, actual, expected);
    }
  }

  /** What was found. */
  finding(): Finding {
    const { what, compared, worst, where, misses } = this;
    return { what, compared, worst, where, misses };
  }

  private add(miss: Miss): void {
    this.compared += 1;
    if (miss.units > this.worst || this.where === '') {
      this.worst = miss.units;
      this.where = miss.where;
    }
    if (miss.units > this.allowed) {
      this.misses.push(miss);
    }
  }
}
