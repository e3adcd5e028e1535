import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { format, resolveConfig } from 'prettier';
import { describe, expect, it, onTestFinished } from 'vitest';

import { benchMarkdown } from '../../experiments/benchMarkdown';
import { benchText } from '../../experiments/benchText';
import { BENCH_NETWORKS } from '../../experiments/benchWorks';
import { benchConditions, type BenchResult, mergeResults } from '../../lib/bench/benchRecord';
import type { BenchPrecision, Phase, Work } from '../../lib/bench/work';
import { aimedComparisons, type Comparison, type WorkResult } from '../../lib/bench/workCase';
import { benchFile, readBenchFile, writeBenchFile } from '../../lib/results/benchFile';
import { readmeFile, replaceTable, writeReadmeTable } from '../../lib/results/readmeTable';

const summary = (median: number) => ({ rounds: 3, min: median / 2, median, max: 2 * median });

function workOf(
  name: string,
  phase: Phase = 'training',
  precision: BenchPrecision = 'float32',
): Work {
  const network = BENCH_NETWORKS.find((one) => one.name === name);
  return { network: network ?? expect.fail(name), phase, precision };
}

/** Ours over each peer, and WebAssembly over plain tf.layers. */
function comparisons(over: Readonly<Record<string, number>>): readonly Comparison[] {
  return Object.entries(over).map(([other, ratio]) => ({
    contestant: other === 'tf-layers' ? 'lab-wasm' : 'lab',
    over: other,
    ratio: summary(ratio),
    cpuRatio: summary(1),
  }));
}

const NO_PROVENANCE = { commit: 'c0ffee', dirty: false, measured: '2026-11-24T15:00:00.000Z' };

function result(work: Work, seconds: Readonly<Record<string, number>>) {
  const ours = seconds.lab;
  const ratios = comparisons(
    Object.fromEntries(
      Object.entries(seconds)
        .filter(([name]) => name !== 'lab')
        .map(([name, other]) => [name, other / ours]),
    ),
  );
  const contestants = Object.entries(seconds).map(([name, one]) => ({
    name,
    parameters: 1234,
    versions: { [name]: '1.2.3' },
    threads: 2,
    stepsPerTurn: 1,
    seconds: summary(one),
    cpuSeconds: summary(one),
    imagesPerSecond: work.network.batch / one,
    readySeconds: 1,
    firstStepSeconds: 2,
    idleShare: 0,
    peakRssMiB: 100,
  }));
  const { network, phase, precision } = work;
  const about: WorkResult = {
    ...{ network: network.name, phase, precision, batch: network.batch, contestants },
    failed: [{ name: 'lab-wasm', failed: 'it does not start' }],
    foreignShare: 0.02,
    ratios,
    aims: aimedComparisons(work, ratios),
  };
  return { ...about, ...NO_PROVENANCE };
}

const record = (...works: ReturnType<typeof result>[]): BenchResult => ({
  ...benchConditions(),
  works,
});

describe('aimedComparisons', () => {
  const peers = { keras: 1.6, torch: 1.4, 'torch-tuned': 1.3 };

  it('takes the faster of the peers, at default settings and tuned', () => {
    const [settings, tuned] = aimedComparisons(workOf('block-stack'), comparisons(peers));
    expect(settings).toMatchObject({ over: 'torch', aim: 1.5, isMet: false });
    expect(tuned).toMatchObject({ over: 'torch-tuned', aim: 1.25, isMet: true });
  });

  it('counts Keras among the tuned, too, and ratios of others not at all', () => {
    const over = comparisons({ ...peers, 'torch-tuned': 2, 'lab-eager': 0.1 });
    const [, tuned] = aimedComparisons(workOf('inception-v4-32'), over);
    expect(tuned).toMatchObject({ over: 'keras', ratio: { median: 1.6 }, isMet: true });
  });

  it.each([
    ['inception-resnet-v2-299', 'training', [1, 0.9]],
    ['inception-resnet-v2-299', 'evaluation', [1]],
    ['inception-v3-32', 'training', [1.5, 1.25]],
    ['inception-v3-32', 'evaluation', []],
  ] as const)('%s, %s: %j', (name, phase, aims) => {
    const found = aimedComparisons(workOf(name, phase), comparisons(peers));
    expect(found.map(({ aim }) => aim)).toEqual(aims);
  });

  it('is silent where a rival was not measured', () => {
    const found = aimedComparisons(workOf('block-stack'), comparisons({ keras: 2, torch: 2 }));
    expect(found.map(({ what }) => what)).toEqual(['default settings']);
    expect(aimedComparisons(workOf('block-stack'), comparisons({ keras: 2 }))).toEqual([]);
  });

  it('holds WebAssembly against plain tf.layers', () => {
    const found = aimedComparisons(workOf('block-stack'), comparisons({ 'tf-layers': 0.7 }));
    expect(found).toMatchObject([{ contestant: 'lab-wasm', aim: 0.8, isMet: false }]);
  });
});

describe('the table', () => {
  const full = result(workOf('inception-resnet-v2-299'), { lab: 2, keras: 3.5 });
  const stack = result(workOf('block-stack'), {
    ...{ lab: 0.1, keras: 0.2, torch: 0.125, 'torch-tuned': 0.12 },
  });

  it('shows seconds, ratios and aims, in the order of the networks, as Prettier would write it', async () => {
    const table = benchMarkdown(record(full, stack));
    const rows = table.split('\n').filter((line) => line.startsWith('| '));
    expect(rows[2].replace(/ +/g, ' ')).toBe(
      '| block-stack, training, float32 | 100.0 ms | 200.0 ms | 125.0 ms | 120.0 ms | 1.25 (1.5) | 1.20 (1.25) |',
    );
    expect(rows[3]).toContain('3.50 s');
    expect(table).toContain('keras 1.2.3');
    const options = { ...(await resolveConfig(readmeFile())), parser: 'markdown' };
    expect(await format(table, options)).toBe(`${table}\n`);
  });

  it('is what the committed record gives', () => {
    const readme = readFileSync(readmeFile(), 'utf8');
    const table = benchMarkdown(readBenchFile() as BenchResult | undefined);
    expect(replaceTable(readme, 'bench', table), 'run "npm run lab -- bench table"').toBe(readme);
  });

  it('says how fast images are prepared, and what memory their crops take', async () => {
    const images: BenchResult['images'] = {
      ...{ network: 'inception-v3', inputSize: 299, width: 500, height: 375, meanBytes: 110_400 },
      ...{ threads: 2, batch: 12, foreignShare: 0.3, ...NO_PROVENANCE },
      seconds: {
        preparation: summary(0.01),
        network: summary(0.08),
        evaluation: summary(0.09),
        waiting: summary(0.001),
      },
      preparationOverNetwork: summary(8),
      cpuRatio: summary(7),
      memory: { singleCropMiB: 900, manyCropsMiB: 1400, ratio: 1.56, aim: 1.5, isMet: false },
    };
    const all = { ...record(stack), images };
    const table = benchMarkdown(all);
    expect(table).toContain('decoded and cut for 299 pixels 8 times as fast as inception-v3');
    expect(table).toContain('900 MiB at most with 1 crop and 1400 MiB with 144');
    const options = { ...(await resolveConfig(readmeFile())), parser: 'markdown' };
    expect(await format(table, options)).toBe(`${table}\n`);
    const text = benchText(all);
    expect(text).toContain('images: JPEG files of 500x375, 110 KB; inception-v3 at 299, batch 12');
    expect(text).toMatch(/an image in the network +median 80\.0 ms/);
    expect(text).toContain('8.0 times as fast as the network takes them; by CPU time 7.0');
    expect(text).toContain('30 % of the cores: too much');
    expect(text).toContain('1400 MiB with 144: 1.56, aim less than 1.5: MISSED');
  });

  it('is put between its marks, or refused where there are none', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'readme-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = path.join(folder, 'README.md');
    writeFileSync(
      file,
      'a\n\n<!-- lab bench table -->\nold\n<!-- end of lab bench table -->\n\nz\n',
    );
    writeReadmeTable('bench', 'new', file);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('a\n\n<!-- lab bench table -->\n\nnew\n\n<!-- end of');
    expect(replaceTable(text, 'bench', 'new')).toBe(text);
    expect(() => replaceTable('no marks', 'bench', 'new')).toThrow('has no place for the table');
  });

  it('is also printed in words, with what failed and which aims are missed', () => {
    const text = benchText(record(stack));
    expect(text).toMatch(/PyTorch, eager +125\.0 ms +62\.5 ms +256\.0 +1\.25x/);
    expect(text).toContain('other programs had 2 % of the cores\n');
    const loaded = benchText(record({ ...stack, foreignShare: 0.3 }));
    expect(loaded).toContain('30 % of the cores: too much');
    expect(text).toContain('this, WebAssembly: not measured: it does not start');
    expect(text).toContain('over PyTorch, eager (default settings): 1.25, aim 1.5: MISSED');
    const { aims } = result(workOf('inception-resnet-v2-299'), { lab: 2, keras: 3, torch: 2 });
    expect(aims).toMatchObject([{ over: 'torch', what: 'default settings', isMet: true }]);
  });
});

describe('mergeResults', () => {
  const older = result(workOf('block-stack'), { lab: 1, keras: 1 });
  const other = result(workOf('inception-v3-32'), { lab: 1, keras: 1 });

  it('replaces what was measured again and keeps the rest', () => {
    const newer = result(workOf('block-stack'), { lab: 2, keras: 1 });
    const merged = mergeResults(record(older, other), record(newer));
    expect(merged.works).toEqual([newer, other]);
    const bfloat16 = result(workOf('block-stack', 'training', 'bfloat16'), { lab: 2 });
    expect(mergeResults(merged, record(bfloat16)).works).toEqual([newer, other, bfloat16]);
  });

  it('drops what was measured under other conditions', () => {
    const newer = record(other);
    expect(mergeResults({ ...record(older), variables: { OMP_NUM_THREADS: '1' } }, newer)).toBe(
      newer,
    );
    expect(mergeResults(undefined, newer)).toBe(newer);
  });
});

describe('the record', () => {
  it('is written and read again, and refused when it is damaged', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = benchFile(folder);
    expect(readBenchFile(file)).toBeUndefined();
    writeBenchFile({ works: [] }, file);
    expect(readBenchFile(file)).toEqual({ works: [] });
    writeFileSync(file, '{"works": [');
    expect(() => readBenchFile(file)).toThrow('is not JSON');
  });
});
