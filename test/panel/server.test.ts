import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { choice, log, slider } from '../../lib/panel/controls';
import { controls, type PanelOptions } from '../../lib/panel/declarePanel';
import type { Panel } from '../../lib/panel/panel';
import { PanelServer } from '../../lib/panel/panelServer';
import { tiny } from '../run/tinyRun';
import { ask, listen, post } from './client';

const options: PanelOptions = tiny;
let panel: Panel;
let server: PanelServer;

beforeAll(async () => {
  panel = controls(
    { scale: slider(0, 1, { value: 1 }), learningRate: log(1e-3, 1), width: choice([0.1, 0.2]) },
    options,
    { title: 'A <panel>', allowedHosts: ['hub.example'] },
  );
  server = await PanelServer.open(panel, false);
});
afterAll(() => server.close());

const at = (path: string) => server.address + path;

describe('the server of a panel', () => {
  it('gives its page and what that loads, for nobody to keep or to guess the type of', async () => {
    const page = await ask(at(''));
    expect(page.status).toBe(200);
    expect(page.text).toContain('A &lt;panel&gt;');
    for (const name of ['scale', 'learningRate', 'width']) {
      expect(page.text).toContain(`data-control="${name}"`);
    }
    expect(page.headers).toMatchObject({
      ...{ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
      'referrer-policy': 'no-referrer',
    });
    const policy = page.headers['content-security-policy'] as string;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(
      /frame-ancestors 'self' http:\/\/127\.0\.0\.1:\*.* http:\/\/hub\.example/,
    );
    const loaded = [...page.text.matchAll(/(?:src|href)="([^":]+)"/g)].map(([, name]) => name);
    expect(loaded.sort()).toEqual(['main.mjs', 'panel.css', 'plotly.js']);
    for (const name of loaded) expect((await ask(at(name))).status, name).toBe(200);
    const { text } = await ask(at('main.mjs'));
    for (const [, name] of text.matchAll(/from '\.\/(\w+\.mjs)'/g)) {
      expect((await ask(at(name))).status, name).toBe(200);
    }
  });

  it('listens on the loopback address alone', async () => {
    expect(server.listening.host).toBe('127.0.0.1');
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((one) => one?.family === 'IPv4' && !one.internal);
    for (const other of others) {
      const code = await new Promise((resolve) => {
        const socket = connect(server.listening.port, other?.address);
        socket.once('connect', () => resolve('connected'));
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      });
      expect(code).toBe('ECONNREFUSED');
    }
  });

  it('answers nobody without its token', async () => {
    const token = /\/([0-9a-f]{32})\/$/.exec(server.address)?.[1] as string;
    const last = token.endsWith('0') ? '1' : '0';
    for (const wrong of ['', '0', token.slice(0, -1), token.slice(0, -1) + last, `${token}0`]) {
      const address = `http://127.0.0.1:${server.listening.port}/${wrong}${wrong && '/'}`;
      expect((await ask(address)).status, wrong).toBe(404);
      expect((await ask(`${address}events`)).status, wrong).toBe(404);
    }
    expect((await ask(at('../'))).status).toBe(404);
    expect((await ask(at('..%2fnumbers.mjs'))).status).toBe(404);
  });

  it('is not fooled by names that point to this machine', async () => {
    const { port } = server.listening;
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `localhost:1${port}`,
    ]) {
      expect((await ask(at(''), { headers: { host } })).status, host).toBe(403);
    }
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, 'HUB.example']) {
      expect((await ask(at(''), { headers: { host } })).status, host).toBe(200);
    }
  });

  it('refuses what other sites ask', async () => {
    const { port } = server.listening;
    const order = { name: 'scale', value: 0.5 };
    for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:1', 'file://']) {
      expect((await ask(at(''), { headers: { origin } })).status, origin).toBe(403);
      expect((await post(at('set'), order, { origin })).status, origin).toBe(403);
    }
    expect(panel.state.values.scale).toBe(1);
    for (const origin of [`http://127.0.0.1:${port}`, 'https://hub.example']) {
      expect((await post(at('set'), order, { origin })).status, origin).toBe(204);
    }
    panel.set('scale', 1);
  });

  it('takes only short JSON that says what can be done', async () => {
    const status = async (path: string, body: unknown) => (await post(at(path), body)).status;
    expect(await status('set', '{"name":')).toBe(400);
    expect(await status('set', { name: 'scale' })).toBe(400);
    expect(await status('set', { name: 'scale', value: 0.5, more: 1 })).toBe(400);
    expect(await status('set', { name: 'scale', value: [0.5] })).toBe(400);
    expect(await status('do', { action: 'close' })).toBe(400);
    expect(await status('set', { name: 'scale', value: 'x'.repeat(5000) })).toBe(413);
    const form = { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: '{}' };
    expect((await ask(at('set'), form)).status).toBe(415);
    expect((await ask(at('set'))).status).toBe(405);
    expect((await ask(at('do'), { method: 'PUT' })).status).toBe(405);
    expect((await post(at(''), {})).status).toBe(405);
    expect(panel.state).toMatchObject({ status: 'idle', values: { scale: 1 } });
  });

  it.each([
    [{ name: 'scale', value: 1.5 }, /control "scale": 1\.5: expected a number from 0 to 1/],
    [{ name: 'learningRate', value: 0 }, /from 0\.001 to 1/],
    [{ name: 'width', value: 0.3 }, /control "width": 0\.3: expected one of 0\.1, 0\.2/],
    [{ name: 'constructor', value: 1 }, /no control "constructor"/],
  ])('says why it does not set %j', async (order, message) => {
    const { status, text } = await post(at('set'), order);
    expect(status).toBe(400);
    expect(text).toMatch(message);
  });

  it('says that there is no run to hold', async () => {
    expect(await post(at('do'), { action: 'pause' })).toMatchObject({
      ...{ status: 409, text: 'No run of this panel goes on.\n' },
    });
  });

  it('tells a page all at once, and each change but four times a second at most', async () => {
    const page = listen(at('events'));
    await expect.poll(() => page.messages.length).toBe(1);
    expect(page.messages[0]).toMatchObject({ status: 'idle', values: { scale: 1 }, from: 0 });
    const start = performance.now();
    for (let change = 0; performance.now() < start + 1500; change++) {
      panel.set('scale', (change % 100) / 100);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    panel.set('scale', 0.25);
    await expect.poll(() => page.messages.at(-1)?.values.scale).toBe(0.25);
    page.close();
    const seconds = (page.times.at(-1) as number) - page.times[1];
    expect(page.messages.length).toBeGreaterThan(3);
    expect(page.messages.length - 2).toBeLessThanOrEqual(Math.ceil(seconds / 240));
  });

  it('lets no more than eight pages listen', async () => {
    const pages = Array.from({ length: 8 }, () => listen(at('events')));
    await expect.poll(() => pages.filter(({ messages }) => messages.length > 0).length).toBe(8);
    expect((await ask(at('events'))).status).toBe(503);
    pages.forEach((page) => page.close());
    await expect
      .poll(async () => {
        const one = listen(at('events'));
        await new Promise((resolve) => setTimeout(resolve, 100));
        one.close();
        return one.messages.length;
      })
      .toBe(1);
  });
});
