import { describe, expect, test } from 'vitest';

import { gridLayouts } from '../../lib/figures/grid';
import { gridPlaces } from '../../lib/figures/gridPlaces';
import { seedSeries, windowMeans } from '../../lib/figures/seedSeries';

describe('the places of panels', () => {
  test('fill the width row by row, apart by the gaps', () => {
    const shape = { width: 700, columns: 2, height: 100, gapX: 100, gapY: 40 };
    const { places, area } = gridPlaces(3, shape);
    expect(places).toEqual([
      { left: 0, top: 0, width: 300, height: 100 },
      { left: 400, top: 0, width: 300, height: 100 },
      { left: 0, top: 140, width: 300, height: 100 },
    ]);
    expect(area).toEqual({ width: 700, height: 240 });
  });

  test('become domains of their axes; on narrow screens all stand below one another', () => {
    const panel = { title: 'a', xaxis: {}, yaxis: {} };
    const { layout, narrowLayout } = gridLayouts({
      ...{ title: 'Title', subtitle: 'Text.', panels: [panel, panel], legend: ['one'] },
      ...{ columns: 2, height: 200 },
    });
    const domain = (axis: unknown) => (axis as { domain: [number, number] }).domain;
    expect(domain(layout.xaxis)[1]).toBeLessThan(domain(layout.xaxis2)[0]);
    expect(domain(layout.yaxis)).toEqual(domain(layout.yaxis2));
    expect(domain(narrowLayout.xaxis)).toEqual(domain(narrowLayout.xaxis2));
    expect(domain(narrowLayout.yaxis)[0]).toBeGreaterThan(domain(narrowLayout.yaxis2)[1]);
    expect(narrowLayout.height).toBeGreaterThan(layout.height + 200);
  });
});

describe('series over seeds', () => {
  test('have mean and range where every run has a point', () => {
    const series = seedSeries([
      [
        [1, 10],
        [2, 20],
        [3, 30],
      ],
      [
        [1, 14],
        [2, 24],
      ],
    ]);
    expect(series).toEqual({
      runs: 2,
      x: [1, 2],
      mean: [12, 22],
      lowest: [10, 20],
      highest: [14, 24],
    });
  });

  test('windows end at multiples of their width; the last may be short', () => {
    const points = [1, 2, 3, 4, 5].map((step) => [step, 10 * step] as const);
    expect(windowMeans(points, 2)).toEqual([
      [2, 15],
      [4, 35],
      [6, 50],
    ]);
  });
});
