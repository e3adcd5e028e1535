import { describe, expect, test } from 'vitest';

import type { DrawnAblation } from '../../lib/figures/ablations/ablation';
import { ABLATIONS } from '../../lib/figures/ablations/ablations';
import type { Trace } from '../../lib/figures/figure';
import { plotlyWindow } from '../../lib/figures/plotlyWindow';
import { readPaper } from '../../lib/results/paper';
import type { RunRecord } from '../../lib/results/record';
import { evaluation } from '../report/madeEvaluations';
import { studyRun } from '../report/studyRecords';
import { madeAblations, madeRun } from './madeAblations';

/** Draws a figure from these runs, or from the made-up records of its experiment. */
function draw(name: string, runs?: readonly RunRecord[]): DrawnAblation {
  const drawn = tryToDraw(name, runs);
  if (!drawn) throw new Error(`${name} was not drawn`);
  return drawn;
}

function tryToDraw(name: string, runs?: readonly RunRecord[]): DrawnAblation | undefined {
  const ablation = ABLATIONS.find((candidate) => candidate.name === name);
  if (!ablation) throw new Error(`no ablation ${name}`);
  const made = madeAblations[ablation.experiment];
  return ablation.draw(runs ? { scale: 'quick', runs, evaluations: [] } : made);
}

function trace({ figure }: DrawnAblation, name: string, panel = ''): Trace {
  const found = figure.data.find((one) => one.name === name && one.xaxis === `x${panel}`);
  if (!found) throw new Error(`no trace ${name} in panel ${panel || 1}`);
  return found;
}

const legend = ({ figure }: DrawnAblation) =>
  figure.data.filter(({ showlegend }) => showlegend !== false).map(({ name }) => name);

describe('every ablation', () => {
  test.each(ABLATIONS.map(({ name }) => name))('%s is valid and described', async (name) => {
    const { plotly } = await plotlyWindow();
    const { figure, finding } = draw(name);
    expect(figure.name).toBe(name);
    expect(plotly.validate(figure.data, figure.layout)).toBeUndefined();
    expect(plotly.validate(figure.data, figure.narrowLayout ?? {})).toBeUndefined();
    expect(figure.layout.width).toBe(800);
    expect(figure.narrowLayout?.width).toBe(340);
    expect(figure.caption).toMatch(/\d+ (runs|evaluations).*\(standard scale\)\.$/);
    expect(finding).toMatch(/\d.*\.$/);
    expect(`${finding} ${figure.caption}`).not.toMatch(/NaN|undefined|Infinity/);
  });

  test.each(ABLATIONS.map(({ name }) => name))('%s is not drawn without records', (name) => {
    expect(tryToDraw(name, [])).toBeUndefined();
  });

  test('is told apart by dash and marker, not by colour alone', () => {
    for (const name of ['zeros-by-step', 'death-by-depth', 'mechanism', 'long-horizon', 'width']) {
      const lines = draw(name).figure.data.filter(
        ({ showlegend, mode, xaxis }) =>
          showlegend !== false && mode === 'lines+markers' && xaxis === 'x',
      );
      expect(lines.length).toBeGreaterThan(1);
      const looks = lines.map(({ line, marker }) => [
        (line as { dash: string }).dash,
        (marker as { symbol: string }).symbol,
      ]);
      for (const part of [0, 1]) {
        expect(new Set(looks.map((look) => look[part])).size).toBe(lines.length);
      }
    }
  });
});

describe('zeros-by-step', () => {
  const runs = [1, 0.1].flatMap((scale) =>
    [3, 4].map((seed) =>
      studyRun({
        scale,
        seed,
        steps: 150,
        zeros: (step) => (scale === 1 ? 0.99 + 0.002 * (seed - 3) : step / 1000),
      }),
    ),
  );

  test('draws the mean over the seeds of the first hundred steps, the range as a band', () => {
    const drawn = draw('zeros-by-step', runs);
    const line = trace(drawn, 'no scaling');
    expect(line.x).toHaveLength(100);
    expect(line.y[0]).toBeCloseTo(99.1, 8);
    const band = trace(drawn, 'no scaling, lowest to highest seed');
    expect(band.y[0]).toBeCloseTo(99.2, 8);
    expect(band.y[199]).toBeCloseTo(99, 8);
    expect(trace(drawn, 'scaled by 0.1').y[49]).toBeCloseTo(5, 8);
    expect(legend(drawn)).toEqual(['no scaling', 'scaled by 0.1']);
  });

  test('says how many runs are dead by the rule, of how many runs, at which scale', () => {
    const { finding, figure } = draw('zeros-by-step', runs);
    expect(finding).toContain('2 of 2 (no scaling) and 0 of 2 (scaled by 0.1)');
    expect(figure.caption).toContain('512 filters in the last grid, learning rate 0.1, 5 C blocks');
    expect(figure.caption).toContain('4 runs, 2 seeds for each line (quick scale)');
  });

  test('takes the setting that most runs share, and leaves out runs that did not end', () => {
    const others = [1, 0.1].map((scale) => studyRun({ scale, rate: 0.02, zeros: () => 0 }));
    const stopped = studyRun({ scale: 1, seed: 9, status: 'stopped', zeros: () => 0 });
    const drawn = draw('zeros-by-step', [...others, ...runs, stopped]);
    expect(drawn.figure.data).toEqual(draw('zeros-by-step', runs).figure.data);
  });
});

test('death-by-depth: the blocks at the last full probe of the rule, A and B blocks apart', () => {
  const drawn = draw('death-by-depth');
  // Full probes are at 1, 20, 40, 60, 80 and 100.
  expect(drawn.figure.caption).toContain('at step 80');
  const line = trace(drawn, 'no scaling', '2');
  expect(line.x).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(line.y[4]).toBeCloseTo(400 / 9, 8);
  expect(drawn.figure.layout.xaxis2).toMatchObject({
    ticktext: ['A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'C3', 'C4', 'C5'],
  });
  expect(legend(drawn)).toEqual(['no scaling', 'scaled by 0.3', 'scaled by 0.1']);
});

describe('the grid of scale, rate and width', () => {
  const runs = [256, 2144].flatMap((filters) =>
    [1, 0.1].flatMap((scale) =>
      [0.01, 0.1].flatMap((rate) =>
        [3, 4].map((seed) =>
          studyRun({
            ...{ filters, scale, rate, seed },
            dead: () => scale * rate + filters / 10_000 + 0.001 * seed,
            zeros: () => (scale * rate === 0.1 && filters === 2144 ? 0.995 : 0.9),
          }),
        ),
      ),
    ),
  );

  test('rate-and-scale prints the mean of every cell, with a star where all are dead', () => {
    const drawn = draw('rate-and-scale', runs);
    // 100 * (0.1 + 0.0256 + 0.0035) = 12.91 at scale 1, rate 0.1, 256 filters.
    const cells = (name: string, panel: string) => {
      const { x, y, text } = trace(drawn, name, panel);
      return x.map((_, index) => [x[index], y[index], (text as string[])[index]].join(' ')).sort();
    };
    expect(cells('256 filters', '')).toEqual(['0 0 3.0', '0 1 3.9', '1 0 3.9', '1 1 12.9']);
    expect(cells('2,144 filters', '2')).toContain('1 1 31.8*');
    expect(drawn.figure.layout.yaxis).toMatchObject({ ticktext: ['0.1', '1'] });
  });

  test('rate-and-scale colours a cell the darker the more channels are dead', () => {
    const { layout } = draw('rate-and-scale').figure;
    const shapes = layout.shapes as unknown as { fillcolor: string }[];
    const lightness = shapes.map(({ fillcolor }) => {
      const [red, green, blue] = (fillcolor.match(/\d+/g) ?? []).map(Number);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    });
    // The least dead cell is 256 filters, scale 0.1, rate 0.01; the most 2,144 filters, 1, 0.2.
    expect(shapes).toHaveLength(100);
    expect(Math.max(...lightness)).toBeGreaterThan(230);
    expect(Math.min(...lightness)).toBeLessThan(60);
  });

  test('width draws a line for each rate with the range, and marks 1,000 filters', () => {
    const drawn = draw('width', runs);
    const line = trace(drawn, 'learning rate 0.1');
    expect(line.x).toEqual([256, 2144]);
    expect(line.y[0]).toBeCloseTo(12.91, 8);
    const { array, arrayminus } = line.error_y as unknown as Record<string, number[]>;
    expect(array[0]).toBeCloseTo(0.05, 8);
    expect(arrayminus[0]).toBeCloseTo(0.05, 8);
    expect(drawn.figure.layout.shapes).toContainEqual(
      expect.objectContaining({ x0: 1000, x1: 1000, xref: 'x2' }),
    );
    // 18.88 points more at every rate, over one pair of widths.
    expect(drawn.finding).toContain('18.9 points where 1,000 filters are crossed');
    expect(drawn.finding).toContain('not measured elsewhere');
  });
});

test('long-horizon: windows of ten steps of zeros and of loss, and where the zeros went', () => {
  const runs = [1, 0.1].map((scale) =>
    studyRun({
      ...{ scale, steps: 300, loss: (step) => step },
      zeros: (step) => (scale === 1 ? (step <= 100 ? 0.9904 : 0.5) : 0.2),
    }),
  );
  const drawn = draw('long-horizon', runs);
  const zeros = trace(drawn, 'no scaling');
  expect(zeros.x).toEqual(Array.from({ length: 30 }, (_, index) => 10 * (index + 1)));
  expect(zeros.y[9]).toBeCloseTo(99.04, 8);
  expect(zeros.y[10]).toBeCloseTo(50, 8);
  // The mean of 1 to 10.
  expect(trace(drawn, 'no scaling', '2').y[0]).toBeCloseTo(5.5, 8);
  expect(drawn.finding).toContain('from 99.0 to 50.0 % (no scaling)');
  expect(drawn.finding).toContain('of the 1 runs that were dead by the rule, 1 had less than 99 %');
  expect(
    tryToDraw('long-horizon', [studyRun({ scale: 1 }), studyRun({ scale: 0.1 })]),
  ).toBeUndefined();
});

test('residual-to-trunk: a panel for each scale, a line for each block, at the full probes', () => {
  const runs = [1, 0.1].map((scale) =>
    studyRun({ scale, ratioOfBlock: (block, step) => (scale * (block + 1)) / step }),
  );
  const drawn = draw('residual-to-trunk', runs);
  expect(trace(drawn, 'block C5', '2').x).toEqual([1, 20, 40, 60, 80, 100]);
  expect(trace(drawn, 'block C5', '2').y[1]).toBeCloseTo(0.5 / 20, 8);
  expect(legend(drawn)).toEqual(['C1', 'C2', 'C3', 'C4', 'C5'].map((block) => `block ${block}`));
  // 5 / 100 and 0.5 / 100.
  expect(drawn.finding).toContain('0.050 (no scaling) and 0.005 (scaled by 0.1) times');
});

test('mechanism: the arms beside the same scales without another linear rate', () => {
  const drawn = draw('mechanism');
  expect(legend(drawn)).toEqual([
    'no scaling',
    'no scaling, linear rate x 0.01',
    'scaled by 0.1',
    'scaled by 0.1, linear rate x 100',
  ]);
  expect(trace(drawn, 'no scaling, linear rate x 0.01').y[20]).toBeCloseTo(50, 8);
  expect(drawn.finding).toContain('2 of 2 (scaled by 0.1, linear rate x 100)');
  const plain = [1, 0.1].map((scale) => madeRun({ scale }));
  expect(tryToDraw('mechanism', plain)).toBeUndefined();
});

describe('remedies', () => {
  const warmUp = { warmUp: { kind: 'constant' as const, learningRate: 0.00001, steps: 100 } };
  const runs = [3, 4].flatMap((seed) => [
    studyRun({ seed, steps: 400, dead: () => 0.9 + 0.01 * seed, loss: () => 2, zeros: () => 1 }),
    studyRun({
      seed,
      steps: 400,
      settings: warmUp,
      dead: (step) => (step <= 300 ? 0.8 : 0.4),
      loss: () => 3,
    }),
  ]);

  test('bars of dead channels and of loss stand side by side, with the range over the seeds', () => {
    const drawn = draw('remedies', runs);
    const dead = trace(drawn, 'mean over the seeds');
    expect(dead.y).toEqual([0, 1]);
    expect(dead.x[0]).toBeCloseTo(93.5, 8);
    expect(dead.x[1]).toBeCloseTo(80, 8);
    expect((dead.error_x as unknown as { array: number[] }).array[0]).toBeCloseTo(0.5, 8);
    expect(trace(drawn, 'mean over the seeds', '2').x).toEqual([2, 3]);
    expect(trace(drawn, 'dead channels in the last ten steps').x[1]).toBeCloseTo(40, 8);
    expect(drawn.figure.layout.yaxis).toMatchObject({
      ticktext: ['nothing', 'warm-up at 1e-5'],
    });
  });

  test('says who is dead and which loss is lowest', () => {
    expect(draw('remedies', runs).finding).toBe(
      '512 filters: Dead by the rule are, of the runs, 2 of 2 (nothing) and 0 of 2 (warm-up at 1e-5); ' +
        'the lowest loss at the end is that of "nothing", 2.00.',
    );
  });

  test('has a row for each width, all eight arms in each', () => {
    const { figure } = draw('remedies');
    expect(figure.layout.yaxis4).toMatchObject({ tickvals: [0, 1, 2, 3, 4, 5, 6, 7] });
    expect(JSON.stringify(figure.layout.annotations)).toContain('1,792 filters, rate 0.045');
  });
});

test("optimizers: averaged weights solid, raw dotted, the paper's arm in every other panel", () => {
  const drawn = draw('optimizers');
  const averaged = trace(drawn, 'averaged weights');
  // 40 + seed + 40 / epoch over the seeds 0, 1, 2.
  expect(averaged.y.slice(0, 2)).toEqual([81, 61]);
  expect(averaged.line).toMatchObject({ dash: 'solid' });
  expect(trace(drawn, 'raw weights').line).toMatchObject({ dash: 'dot' });
  expect(trace(drawn, "the paper's, averaged", '7').y).toEqual(averaged.y);
  const titles = JSON.stringify(drawn.figure.layout.annotations);
  for (const arm of ['momentum', 'cosine', 'constant rate', 'epsilon 0.001, rate 0.0045']) {
    expect(titles).toContain(`<b>${arm}</b>`);
  }
  expect(drawn.finding).toContain('is that of rmsprop, epsilon 1, 46.0 %');
});

describe('crops', () => {
  const evaluations = ([1, 12] as const).map((crops) =>
    evaluation({ networks: ['inception-v3'], crops, misses: [crops === 1 ? 20 : 25, 4] }),
  );
  const ablation = ABLATIONS.find(({ name }) => name === 'crops');
  const drawn = ablation?.draw({ scale: 'quick', runs: [], evaluations });

  test("has Wilson's interval, and the paper's tables beside", () => {
    if (!drawn) throw new Error('not drawn');
    const { y, error_y } = trace(drawn, 'inception-v3');
    expect(y).toEqual([20, 25]);
    const { array, arrayminus } = error_y as unknown as Record<string, number[]>;
    // 25 of 100: 17.5 to 34.3 by Wilson.
    expect(array[1]).toBeCloseTo(9.3, 1);
    expect(arrayminus[1]).toBeCloseTo(7.5, 1);
    const { table2, table3, table4 } = readPaper();
    const paper = [table2, table3, table4].map(
      ({ rows }) => rows.find(({ network }) => network === 'inception-v3')?.top1,
    );
    expect(trace(drawn, 'inception-v3, the paper on ImageNet', '2').y).toEqual(paper);
  });

  test('says by how much the error changes here and in the paper', () => {
    // 21.2 with one crop, 19.8 with 12.
    expect(drawn?.finding).toBe(
      'Of networks trained in a way that their records do not tell, the top-1 error changes from 1 to 12 crops by +5.0 points ' +
        'for inception-v3 (the paper: -1.4).',
    );
  });

  test('has a panel with the same axis for each way of training', () => {
    const bySizes = (['one', 'all'] as const).flatMap((sizes) =>
      ([1, 12] as const).map((crops) =>
        evaluation({
          ...{ networks: ['inception-v3'], crops, sizes, weights: sizes },
          misses: [crops === 1 ? 20 : sizes === 'one' ? 25 : 17, 4],
        }),
      ),
    );
    const other = ([1, 12] as const).map((crops) =>
      evaluation({ networks: ['inception-v4'], crops, sizes: 'one', misses: [20, 4] }),
    );
    const made = [...bySizes, ...other];
    const both = ablation?.draw({ scale: 'quick', runs: [], evaluations: made });
    if (!both) throw new Error('not drawn');
    expect(trace(both, 'inception-v3').y).toEqual([20, 17]);
    expect(trace(both, 'inception-v3', '2').y).toEqual([20, 25]);
    expect(trace(both, 'inception-v3, the paper on ImageNet', '3').y).toHaveLength(3);
    const { yaxis, yaxis2 } = both.figure.layout as unknown as Record<string, { range: unknown }>;
    // From the lowest interval, of 17 misses, to the highest, of 25, and two points more.
    expect((yaxis.range as number[]).map(Math.round)).toEqual([9, 36]);
    expect(yaxis2.range).toEqual(yaxis.range);
    // Each network once, also where the first panel lacks it.
    const shown = both.figure.data.filter(({ showlegend }) => showlegend !== false);
    expect(shown.map(({ name }) => name).sort()).toEqual(['inception-v3', 'inception-v4']);
    expect(both.finding).toMatch(/^Of networks trained on parts of all sizes, .* by -3\.0 points/);
    expect(both.finding).toMatch(/Of networks trained on images of one size, .* \+5\.0 points for/);
  });
});
