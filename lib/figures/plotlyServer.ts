import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';

import { LoopbackServer, refuse } from '../server/loopbackServer';
import { plotlyScript } from './plotlyWindow';

const PATH = '/plotly.js';

let serving: Promise<string> | undefined;

/**
 * Serves plotly.js on the loopback address for the life of this process, so that interactive figures need no network and
 * notebooks do not grow by 10 MB; returns its address. The path holds a token, and other host names are refused.
 */
export function plotlyAddress(): Promise<string> {
  serving ??= serve();
  return serving;
}

/** Answers with plotly.js, which a browser may keep for a day. */
export function answerPlotly(response: ServerResponse, method: string | undefined): void {
  response.writeHead(200, {
    'Content-Type': 'text/javascript',
    'Cache-Control': 'private, max-age=86400',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(method === 'GET' ? readFileSync(plotlyScript()) : undefined);
}

async function serve(): Promise<string> {
  const server = await LoopbackServer.listen((request, response, path) => {
    if (path === PATH) answerPlotly(response, request.method);
    else refuse(response, 404, '');
  });
  return server.addressOf(PATH);
}
