import type { IncomingMessage } from 'node:http';

/** Bytes that a request may bring. */
const LARGEST_BODY = 4096;

/** What a request brought, or the status and the reason with which it is refused. */
export type Body =
  { readonly value: unknown } | { readonly status: 400 | 413 | 415; readonly reason: string };

/** Reads the body of a request, which must be short and JSON; no more than that is kept in memory. */
export async function readBody(request: IncomingMessage): Promise<Body> {
  // Forms of other sites cannot send this type.
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    return { status: 415, reason: 'Expected Content-Type: application/json.' };
  }
  const parts: Buffer[] = [];
  let length = 0;
  // A request that is destroyed could no longer be answered.
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    const bytes = part as Buffer;
    length += bytes.length;
    if (length > LARGEST_BODY) {
      return { status: 413, reason: `Expected at most ${LARGEST_BODY} bytes.` };
    }
    parts.push(bytes);
  }
  try {
    return { value: JSON.parse(Buffer.concat(parts).toString('utf8')) };
  } catch {
    return { status: 400, reason: 'The body is not JSON.' };
  }
}
