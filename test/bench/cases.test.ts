import { describe, expect, it, vi } from 'vitest';

import { main } from '../../experiments/cli';
import { convergenceConfig } from '../../experiments/convergence';
import type { BenchResult } from '../../lib/bench/benchRecord';
import { timeBuilding } from '../../lib/bench/buildCase';
import { timeImages } from '../../lib/bench/imagesCase';
import { timeInput } from '../../lib/bench/inputCase';
import { catalogue } from '../../lib/models/catalogue';
import { hasTensorflow } from '../hasTensorflow';

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

async function labJson(...words: string[]): Promise<BenchResult> {
  const { code, stdout, stderr } = await lab('bench', ...words, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as BenchResult;
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

describe('timeInput', () => {
  it('counts images by the second', async () => {
    const { seconds, batch, imagesPerSecond } = await timeInput(2);
    expect(seconds.rounds).toBe(2);
    expect(imagesPerSecond * seconds.median).toBeCloseTo(batch);
  });
});

const SMALL = ['--only', 'inception-resnet-v1-32', '--precision', 'float32', '--rounds', '2'];

describe.skipIf(!hasTensorflow)('lab bench on TensorFlow', () => {
  it('measures a training step of every program of ours, each in its process', async () => {
    const { works = [], environment } = await labJson('training', ...SMALL);
    expect(environment.cores).toBeGreaterThan(0);
    expect(works).toHaveLength(1);
    const [{ contestants, failed, ratios }] = works;
    expect(failed).toEqual([]);
    expect(contestants.map(({ name }) => name)).toEqual(['lab', 'lab-eager', 'lab-wasm']);
    for (const { seconds, imagesPerSecond, parameters, tensorsLeft } of contestants) {
      expect(seconds.rounds).toBe(2);
      expect(imagesPerSecond).toBeCloseTo(32 / seconds.median);
      expect(parameters).toBe(contestants[0].parameters);
      expect(tensorsLeft).toBe(0);
    }
    expect(ratios.map(({ over }) => over)).toEqual(['lab-eager', 'lab-wasm']);
  });

  it('measures evaluation where it is asked for, and says in words what it found', async () => {
    const { code, stdout, stderr } = await lab('bench', 'evaluation', ...SMALL);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(
      /^evaluation: inception-resnet-v1-32, float32, batch 32; [\d,]+ parameters, 2 rounds$/m,
    );
    expect(stdout).toMatch(/^ {2}this, compiled +[\d.]+ ms/m);
  });

  it('follows the memory of a long training', async () => {
    const { memory } = await labJson('memory', ...SMALL, '--steps', '20');
    expect(memory?.samples.map(({ steps }) => steps)).toEqual([
      0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20,
    ]);
    const tensors = new Set(memory?.samples.map((sample) => sample.tensors));
    expect(tensors.size).toBe(1);
  });

  it('times images from files on, and compares the memory of 1 and of 144 crops', async () => {
    const { network } = convergenceConfig('inception-v3', 'standard');
    const times = await timeImages({ network, rounds: 2, images: 12, imagesOfManyCrops: 2 });
    const { seconds, memory, foreignShare } = times;
    expect(times).toMatchObject({
      network: 'inception-v3',
      inputSize: 32,
      width: 500,
      height: 375,
    });
    for (const { rounds, min } of Object.values(seconds)) {
      expect(rounds).toBe(2);
      expect(min).toBeGreaterThan(0);
    }
    expect(seconds.waiting.max).toBeLessThan(seconds.evaluation.max);
    expect(memory.singleCropMiB).toBeGreaterThan(100);
    expect(memory.ratio).toBeCloseTo(memory.manyCropsMiB / memory.singleCropMiB, 1);
    expect(memory.isMet).toBe(memory.ratio < 1.5);
    expect(foreignShare).toBeLessThan(1);
  });

  it('times fresh processes to their first sum and first compiled step', async () => {
    const { startup, compile } = await labJson('startup', 'compile', ...SMALL);
    expect(startup?.programs.map(({ name }) => name)).toEqual(['lab', 'lab-wasm']);
    const [{ network, ready, firstStep, total }] = compile?.networks ?? [];
    expect(network).toBe('inception-resnet-v1-32');
    expect(total.min).toBeGreaterThan(Math.max(ready.min, firstStep.min));
  });
});

describe('lab bench', () => {
  it('runs only the cases that it is asked for and says in words what it found', async () => {
    const { code, stdout } = await lab('bench', 'build', '--rounds', '3');
    expect(code).toBe(0);
    expect(stdout).toContain(`build: ${catalogue().length} networks`);
    expect(stdout).toContain('(3 rounds)');
    expect(stdout).not.toContain('training');
  });

  it.each([
    [['bench', 'forward'], 'Unknown case "forward": expected one of build, startup'],
    [['bench', 'build', 'toString'], 'Unknown case "toString"'],
    [['bench', '--rounds', '0'], '--rounds is "0": expected a whole number'],
    [['bench', '--steps', '1.5'], '--steps is "1.5"'],
    [
      ['bench', '--only', 'block-stack,inception-v9'],
      'Unknown network "inception-v9": expected one of block-stack',
    ],
    [['bench', '--precision', 'float16'], 'Unknown precision "float16"'],
  ])('%j ends with exit code 2 and a sentence', async (words, message) => {
    const { code, stderr } = await lab(...words);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
