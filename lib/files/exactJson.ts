/** Stands for a number that JSON does not have. */
interface OddNumber {
  readonly $number: string;
}

/** JSON that keeps every double as it is: also not-a-number, the infinities and minus zero. */
export function toExactJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isOdd(inner) ? oddNumber(inner) : inner));
}

/** The value of a text that `toExactJson` made. Throws a SyntaxError for other texts. */
export function fromExactJson(text: string): unknown {
  return JSON.parse(text, (_key, inner: unknown) =>
    isOddNumber(inner) ? Number(inner.$number) : inner,
  );
}

function isOdd(value: unknown): value is number {
  return typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0));
}

function oddNumber(value: number): OddNumber {
  return { $number: Object.is(value, -0) ? '-0' : String(value) };
}

function isOddNumber(value: unknown): value is OddNumber {
  return typeof value === 'object' && value !== null && '$number' in value;
}
