import type { IncomingMessage, ServerResponse } from 'node:http';

import { z } from 'zod';

import { UsageError } from '../errors';
import { answerPlotly } from '../figures/plotlyServer';
import { LoopbackServer, refuse } from '../server/loopbackServer';
import { readBody } from '../server/readBody';
import { ASSETS, pageHtml } from './page';
import type { Panel } from './panel';
import { StateStream } from './stateStream';

const ACTIONS = ['start', 'pause', 'goOn', 'stop', 'restart'] as const;

const settingSchema = z.strictObject({
  name: z.string(),
  value: z.union([z.number(), z.string(), z.boolean()]),
});
const actionSchema = z.strictObject({ action: z.enum(ACTIONS) });

/** Serves a panel: its page, what the page loads, its state as events, and what its controls do. */
export class PanelServer {
  private readonly stream: StateStream;
  private server: LoopbackServer | undefined;

  private constructor(
    private readonly panel: Panel,
    private readonly hosts: readonly string[],
  ) {
    this.stream = new StateStream(panel);
  }

  /** Begins to serve; `keepsAlive`: whether the process lives as long as the panel does. */
  static async open(panel: Panel, keepsAlive: boolean): Promise<PanelServer> {
    const hosts = [...(panel.place.allowedHosts ?? []), ...hostsOfEnvironment()];
    const served = new PanelServer(panel, hosts);
    served.server = await LoopbackServer.listen(
      (request, response, path) => served.answer(request, response, path),
      { allowedHosts: hosts, keepsAlive },
    );
    return served;
  }

  /** The address of the page, with the token. */
  get address(): string {
    return this.listening.addressOf('/');
  }

  get listening(): LoopbackServer {
    return this.server as LoopbackServer;
  }

  async close(): Promise<void> {
    this.stream.close();
    await this.listening.close();
  }

  private async answer(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> {
    const isAction = path === '/do' || path === '/set';
    if (request.method !== (isAction ? 'POST' : 'GET')) {
      response.setHeader('Allow', isAction ? 'POST' : 'GET');
      refuse(response, 405, 'Wrong method.\n');
    } else if (isAction) {
      await this.act(request, response, path);
    } else if (path === '/') {
      this.send(response, 'text/html', pageHtml(this.panel));
    } else if (path === '/plotly.js') {
      answerPlotly(response, request.method);
    } else if (path === '/events') {
      if (!this.stream.add(response)) refuse(response, 503, 'Too many pages show this panel.\n');
    } else {
      const asset = ASSETS.get(path);
      if (asset) this.send(response, asset.type, asset.read());
      else refuse(response, 404, '');
    }
  }

  private async act(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> {
    const body = await readBody(request);
    if ('status' in body) return refuse(response, body.status, `${body.reason}\n`);
    const schema = path === '/set' ? settingSchema : actionSchema;
    const parsed = schema.safeParse(body.value);
    if (!parsed.success) {
      const [{ path: at, message }] = parsed.error.issues;
      return refuse(response, 400, `${at.join('.') || 'The body'}: ${message}\n`);
    }
    try {
      this.apply(parsed.data);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return refuse(response, path === '/set' ? 400 : 409, `${error.message}\n`);
    }
    response.writeHead(204, { 'Cache-Control': 'no-store' }).end();
  }

  private apply(order: z.infer<typeof settingSchema> | z.infer<typeof actionSchema>): void {
    if ('name' in order) return this.panel.set(order.name, order.value);
    // How a run that is being stopped ends is told by the events.
    const done = this.panel[order.action]();
    if (order.action === 'stop' || order.action === 'restart') {
      Promise.resolve(done).catch(() => undefined);
    }
  }

  private send(response: ServerResponse, type: string, text: string): void {
    response.writeHead(200, {
      'Content-Type': `${type}; charset=utf-8`,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Content-Security-Policy': this.policy(),
    });
    response.end(text);
  }

  /** Nothing but our own files; framed by JupyterLab on this machine, VS Code, and the hosts that the user allows. */
  private policy(): string {
    const proxies = this.hosts.flatMap((host) => [`http://${host}`, `https://${host}`]);
    const frames = ['http://127.0.0.1:*', 'http://localhost:*', 'vscode-webview:', ...proxies];
    return [
      "default-src 'none'",
      "script-src 'self'",
      // Plotly writes style elements and attributes.
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data: blob:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      `frame-ancestors 'self' ${frames.join(' ')}`,
    ].join('; ');
  }
}

function hostsOfEnvironment(): string[] {
  const names = (process.env.LAB_PANEL_HOSTS ?? '').split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '');
}
