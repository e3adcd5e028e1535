import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { plotlyScript } from './plotlyWindow';

let serving: Promise<string> | undefined;

/**
 * Serves plotly.js on the loopback address for the life of this process, so that interactive figures need no network and
 * notebooks do not grow by 10 MB; returns its address. The path holds a token, and other host names are refused.
 */
export function plotlyAddress(): Promise<string> {
  serving ??= serve();
  return serving;
}

function serve(): Promise<string> {
  const path = `/${randomBytes(16).toString('hex')}/plotly.js`;
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    if (request.url !== path || request.headers.host !== `127.0.0.1:${port}`) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': 'text/javascript',
      'Cache-Control': 'max-age=86400',
    });
    response.end(request.method === 'GET' ? readFileSync(plotlyScript()) : undefined);
  });
  // The server must not keep a process alive that is otherwise done.
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    });
  });
}
