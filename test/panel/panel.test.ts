import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { selectBackend } from '../../lib/backend/select';
import { UsageError } from '../../lib/errors';
import { choice, log, slider } from '../../lib/panel/controls';
import { controls, type PanelOptions } from '../../lib/panel/declarePanel';
import type { Panel, PanelStatus } from '../../lib/panel/panel';
import { PanelServer } from '../../lib/panel/panelServer';
import { tiny } from '../run/tinyRun';
import { listen, post } from './client';

const options: PanelOptions = tiny;

beforeAll(async () => {
  await selectBackend();
});
afterEach(() => vi.unstubAllGlobals());

function longPanel(title: string): Panel {
  return controls(
    {
      scale: slider(0, 1, { value: 0.2 }),
      learningRate: log(1e-3, 1, { value: 0.05 }),
      width: choice([0.1, 0.12]),
    },
    { ...options, epochs: 1000, execution: 'eager' },
    { title },
  );
}

async function reaches(panel: Panel, step: number): Promise<void> {
  await expect.poll(() => panel.state.step, { timeout: 60_000 }).toBeGreaterThanOrEqual(step);
}

describe('a panel', { timeout: 120_000 }, () => {
  it('begins, holds, goes on with and ends a run, and steers it meanwhile', async () => {
    const panel = longPanel('steers');
    const seen: PanelStatus[] = [panel.state.status];
    expect(() => panel.pause()).toThrow(UsageError);
    const run = panel.start();
    seen.push(panel.state.status);
    expect(() => panel.start()).toThrow(/goes on: stop it first, or restart it/);
    await reaches(panel, 3);
    panel.pause();
    seen.push(panel.state.status);
    // The step that was under way may still end.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const held = panel.state.step;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(panel.state.step).toBe(held);
    panel.set('scale', 0.75);
    panel.set('width', 0.12);
    expect(panel.state.waiting).toEqual(['width']);
    panel.goOn();
    seen.push(panel.state.status);
    await reaches(panel, held + 2);
    const stopped = panel.stop();
    seen.push(panel.state.status);
    await stopped;
    seen.push(panel.state.status);
    expect(seen).toEqual(['idle', 'running', 'paused', 'running', 'stopping', 'ended']);
    const { state, records } = panel;
    expect(state).toMatchObject({ end: 'stopped', waiting: [] });
    expect(state.marks).toEqual([{ step: held + 1, text: 'Residual scaling 0.75' }]);
    expect(state.series.map(({ step }) => step)).toEqual(state.series.map((_, i) => i + 1));
    for (const { loss, zeros } of state.series) {
      expect(loss).toBeGreaterThan(0);
      expect(zeros).toBeGreaterThan(0);
      expect(zeros).toBeLessThan(1);
    }
    expect(records).toHaveLength(1);
    const scale = { a: 0.75, b: 0.75, c: 0.75 };
    expect(records[0].changes).toEqual([{ type: 'change', step: held + 1, residualScale: scale }]);
    expect(records[0].run.config.network).toMatchObject({ width: 0.1, residualScale: { a: 0.2 } });
    expect(panel.run).toBe(run);
    await panel.close();
    expect(() => panel.start()).toThrow(/was closed/);
  });

  it('ends a run that is held, and begins the next with all values', async () => {
    const tensors = tf.memory().numTensors;
    const panel = longPanel('restarts');
    panel.start();
    panel.pause();
    panel.set('scale', 0.5);
    await panel.stop();
    expect(panel.state).toMatchObject({ status: 'ended', end: 'stopped', step: 0 });
    panel.set('width', 0.12);
    await panel.restart();
    await reaches(panel, 1);
    await panel.close();
    const [, second] = panel.records;
    expect(second.run.config.network).toMatchObject({ width: 0.12, residualScale: { a: 0.5 } });
    // Nothing was moved meanwhile: it went by its config.
    expect(second.changes).toEqual([]);
    expect(panel.earlier.map(({ number }) => number)).toEqual([1]);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('says why a run failed', async () => {
    const panel = controls(
      { seed: choice([0]) },
      {
        ...options,
        callbacks: {
          onStep: () => {
            throw new Error('no more');
          },
        },
      },
      { title: 'fails' },
    );
    await expect(panel.start()).rejects.toThrow('no more');
    expect(panel.state).toMatchObject({ status: 'ended', end: 'failed', failure: 'no more' });
    await panel.close();
  });

  it('closes the one of its title, whose run ends before the new one has a step', async () => {
    const tensors = tf.memory().numTensors;
    const first = longPanel('of one cell');
    first.start();
    await reaches(first, 1);
    const second = longPanel('of one cell');
    second.start();
    expect(first.state.status).toBe('stopping');
    await reaches(second, 1);
    expect(first.state).toMatchObject({ status: 'ended', end: 'stopped' });
    expect(() => first.start()).toThrow(/was closed/);
    await second.close();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('tells its pages each point once, and all of them to one that comes later', async () => {
    const panel = longPanel('tells');
    const server = await PanelServer.open(panel, false);
    const page = listen(`${server.address}events`);
    expect((await post(`${server.address}do`, { action: 'start' })).status).toBe(204);
    expect((await post(`${server.address}do`, { action: 'start' })).status).toBe(409);
    await reaches(panel, 6);
    await panel.stop();
    await expect.poll(() => page.messages.at(-1)?.status).toBe('ended');
    let points: readonly (readonly (number | null)[])[] = [];
    for (const message of page.messages) {
      points = [...points.slice(0, message.from), ...message.points];
    }
    const steps = panel.state.series.map(({ step }) => step);
    expect(points.map(([step]) => step)).toEqual(steps);
    const later = listen(`${server.address}events`);
    await expect.poll(() => later.messages.length).toBe(1);
    expect(later.messages[0].points.map(([step]) => step)).toEqual(steps);
    expect(later.messages[0]).toMatchObject({ status: 'ended', end: 'stopped', run: 1 });
    [page, later].forEach((one) => one.close());
    await server.close();
    await panel.close();
  });

  it('stands in a frame of a notebook, beside words for where there is none', async () => {
    const shown: string[] = [];
    const display = { html: (text: string) => shown.push(text), svg: () => undefined };
    vi.stubGlobal('__tslab__', { require: () => ({ display, newDisplay: () => display }) });
    const panel = longPanel('Frame & more');
    await panel.show();
    await panel.show();
    expect(shown).toHaveLength(1);
    const [text, script] = shown[0].split('<script>');
    expect(text).toContain('Frame &amp; more');
    expect(text).toMatch(/npm start/);
    expect(script).toMatch(/"root":"\/[0-9a-f]{32}"/);
    await panel.close();
    expect(shown[1]).toMatch(/closed/);
  });
});
