import { createHash } from 'node:crypto';

/** The first hexadecimal digits of the SHA-256 of a value as JSON; the order of the keys makes no difference. */
export function contentHash(value: unknown, digits: number): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, digits);
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return JSON.stringify(value);
  }
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}
