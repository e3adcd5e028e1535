import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { isAllowedHost, isAllowedOrigin } from './requestOrigin';

/** Answers a request that came with the token; `path` is what follows it, from its "/" on, without the query. */
export type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) => void | Promise<void>;

export interface LoopbackOptions {
  /** Hosts beside 127.0.0.1 and localhost by whose name a proxy in front may pass on requests, with their port if any. */
  readonly allowedHosts?: readonly string[];
  /** Whether the server keeps a process alive that is otherwise done; default false. */
  readonly keepsAlive?: boolean;
}

/**
 * A server on the loopback address alone, at a random port, which answers who knows its token.
 *
 * The token, 128 random bits, is the first part of every path. A page of another site knows no token; should it learn one, it
 * is refused by its origin, and a name that somebody lets point to 127.0.0.1 (DNS rebinding) by the Host header.
 */
export class LoopbackServer {
  private readonly token = randomBytes(16).toString('hex');
  private readonly server: Server;
  private readonly allowedHosts: readonly string[];

  private constructor(
    private readonly answer: Answer,
    { allowedHosts = [], keepsAlive = false }: LoopbackOptions,
  ) {
    this.allowedHosts = allowedHosts.map((host) => host.toLowerCase());
    this.server = createServer({ requestTimeout: 30_000 }, (request, response) => {
      this.respond(request, response).catch(() => fail(response));
    });
    if (!keepsAlive) {
      this.server.unref();
      this.server.on('connection', (socket) => socket.unref());
    }
  }

  /** Begins to listen. Throws the error of the system where no port can be had. */
  static async listen(answer: Answer, options: LoopbackOptions = {}): Promise<LoopbackServer> {
    const loopback = new LoopbackServer(answer, options);
    await new Promise<void>((resolve, reject) => {
      loopback.server.once('error', reject);
      loopback.server.listen(0, '127.0.0.1', resolve);
    });
    return loopback;
  }

  /** The path that all others begin with: "/<token>". */
  get root(): string {
    return `/${this.token}`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The interface that it listens on. */
  get host(): string {
    return (this.server.address() as AddressInfo).address;
  }

  /** The address of a path, with the token: "/plotly.js" as http://127.0.0.1:<port>/<token>/plotly.js. */
  addressOf(path: string): string {
    return `http://127.0.0.1:${this.port}${this.root}${path}`;
  }

  /** Ends all connections and listens no longer. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { host = '', origin } = request.headers;
    if (!isAllowedHost(host, this.port, this.allowedHosts)) {
      refuse(response, 403, 'This host name is not allowed: see LAB_PANEL_HOSTS in the README.\n');
    } else if (origin !== undefined && !isAllowedOrigin(origin, this.port, this.allowedHosts)) {
      refuse(response, 403, 'Requests of other sites are refused.\n');
    } else {
      const [, token = '', rest = ''] = /^\/([^/?]*)([^?]*)/.exec(request.url ?? '') ?? [];
      if (!isSame(token, this.token)) refuse(response, 404, '');
      else await this.answer(request, response, rest);
    }
  }
}

/** Ends a request with a status and a text that says why. */
export function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // A body that was not read is not waited for.
    Connection: 'close',
  });
  response.end(text);
}

function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else refuse(response, 500, 'The panel could not answer.\n');
}

/** Compares in a time that does not tell where two texts differ. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
