import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, vi } from 'vitest';

import { main } from '../../experiments/cli';
import { selectBackend } from '../../lib/backend/select';
import { timeBuilding } from '../../lib/bench/buildCase';
import { timeForward } from '../../lib/bench/forwardCase';
import type { Summary } from '../../lib/bench/timings';
import { catalogue } from '../../lib/models/catalogue';
import { buildNetwork, NETWORK_NAMES, networkConfig } from '../../lib/models/networks';
import { elements } from '../../lib/models/parameters';

async function lab(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const out: string[] = [];
  const err: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void out.push(text));
  vi.spyOn(console, 'error').mockImplementation((text: string) => void err.push(text));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
  const code = await main(words);
  vi.restoreAllMocks();
  return { code, stdout: out.join('\n'), stderr: err.join('\n') };
}

describe('timeBuilding', () => {
  it('builds every network of the catalogue and allocates nothing', async () => {
    const times = await timeBuilding(2);
    expect(times.networks).toBe(catalogue().length);
    expect(times.tensors).toBe(0);
    expect(times.all.rounds).toBe(2);
    expect(times.slowest).toBeLessThanOrEqual(times.all.max);
    expect(times.all.min).toBeGreaterThan(0);
  });
});

describe('timeForward', () => {
  beforeAll(async () => {
    await selectBackend();
  });

  it.each(NETWORK_NAMES)('%s holds a few layers at a time and leaves nothing', async (name) => {
    const network = buildNetwork(networkConfig(name, 'small'));
    const before = tf.memory().numTensors;
    const { seconds, tensors, peakBytes } = await timeForward(network, 4, 1);
    expect(seconds.rounds).toBe(1);
    expect(tensors).toBe(0);
    expect(tf.memory().numTensors).toBe(before);
    const bytes = network.nodes.map(({ shape }) => 4 * 4 * elements(shape));
    expect(peakBytes).toBeGreaterThan(Math.max(...bytes));
    expect(peakBytes).toBeLessThan(5 * Math.max(...bytes));
  });
});

describe('lab bench', () => {
  it('runs a tiny case and prints it as JSON', async () => {
    const size = ['--size', '75', '--batch', '1', '--rounds', '2'];
    const { code, stdout } = await lab('bench', 'forward', 'build', ...size, '--json');
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as Record<'build' | 'forward', Record<string, unknown>>;
    expect(result.build).toMatchObject({ tensors: 0 });
    const { seconds, ...forward } = result.forward;
    expect(forward).toMatchObject({ network: 'inception-resnet-v2', size: 75, tensors: 0 });
    const { rounds, min, median, max } = seconds as Summary;
    expect(rounds).toBe(2);
    expect(min).toBeLessThanOrEqual(median);
    expect(median).toBeLessThanOrEqual(max);
  });

  it('runs only the cases that it is asked for and says in words what it found', async () => {
    const { code, stdout } = await lab('bench', 'build', '--rounds', '3');
    expect(code).toBe(0);
    expect(stdout).toContain(`build: ${catalogue().length} networks`);
    expect(stdout).toContain('(3 rounds)');
    expect(stdout).not.toContain('forward');
  });

  it.each([
    [['bench', 'training'], 'Unknown case "training": expected one of build, forward'],
    [['bench', 'build', 'toString'], 'Unknown case "toString"'],
    [['bench', '--rounds', '0'], '--rounds is "0": expected a whole number'],
    [['bench', '--batch', '1.5'], '--batch is "1.5"'],
    [['bench', '--network', 'inception-v9'], 'Unknown network "inception-v9"'],
    [['bench', '--network', 'inception-v4', '--peers'], 'Keras has no inception-v4'],
  ])('%j ends with exit code 2 and a sentence', async (words, message) => {
    const { code, stderr } = await lab(...words);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it('names the window that does not fit on too small an image', async () => {
    const { code, stderr } = await lab('bench', 'forward', '--size', '40');
    expect(stderr).toContain('window does not fit');
    expect(code).toBe(1);
  });
});
