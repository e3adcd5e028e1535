import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import {
  ARCHITECTURE_FIGURES,
  architectureFigure,
  drawBlock,
  drawOverview,
} from '../../lib/figures/architecture/architectureFigure';
import { costFigure } from '../../lib/figures/architecture/costFigure';
import { architectureFolder } from '../../lib/figures/architecture/show';
import { renderSvg } from '../../lib/figures/render';
import { buildNetwork, NETWORK_NAMES, networkConfig } from '../../lib/models/networks';
import type { Network } from '../../lib/models/node';
import {
  boxTexts,
  type DrawnArrow,
  type DrawnFigure,
  overlap,
  readDrawing,
  type Rectangle,
  within,
} from './architectureParts';

/** Everything that is drawn: the figures, and blocks and forms that the paper does not draw. */
const v3 = buildNetwork({ ...networkConfig('inception-v3'), auxiliaryHead: true });
const resNetV2 = buildNetwork(networkConfig('inception-resnet-v2'));
const v3Blocks = [...new Set(v3.nodes.map(({ block }) => block))].slice(1);
const drawings = [
  ...ARCHITECTURE_FIGURES.map(architectureFigure),
  ...v3Blocks.map((block) => drawBlock(v3, block)),
  ...['mixed', 'inceptionResNetC_10'].map((block) => drawBlock(resNetV2, block)),
  ...NETWORK_NAMES.map((name) =>
    drawOverview(buildNetwork({ ...networkConfig(name), auxiliaryHead: true })),
  ),
].map((drawing) => [drawing.name, readDrawing(drawing.svg)] as const);

function pairs<T>(list: readonly T[]): (readonly [T, T])[] {
  return list.flatMap((a, index) => list.slice(index + 1).map((b) => [a, b] as const));
}

/** The straight pieces of an arrow as (flat) rectangles. */
function pieces({ points }: DrawnArrow): Rectangle[] {
  return points.slice(1).map(([x2, y2], index) => {
    const [x1, y1] = points[index];
    const [left, right, top, bottom] = [
      ...[Math.min(x1, x2), Math.max(x1, x2)],
      ...[Math.min(y1, y2), Math.max(y1, y2)],
    ];
    return { left, right, top, bottom };
  });
}

const thick = ({ left, right, top, bottom }: Rectangle, by: number): Rectangle => ({
  ...{ left: left - by, right: right + by, top: top - by, bottom: bottom + by },
});

describe.each(drawings)('%s', (_, drawn: DrawnFigure) => {
  it('keeps its boxes apart', () => {
    expect(drawn.boxes.length).toBeGreaterThan(2);
    expect(pairs(drawn.boxes).filter(([a, b]) => overlap(thick(a, 5), thick(b, 5)))).toEqual([]);
  });

  it('keeps every text in its box or in the margin, off all other texts and boxes', () => {
    const page = { left: 20, top: 10, right: drawn.width - 20, bottom: drawn.height - 10 };
    expect(drawn.texts.filter((text) => !within(text, page))).toEqual([]);
    expect(pairs(drawn.texts).filter(([a, b]) => overlap(a, b))).toEqual([]);
    for (const box of drawn.boxes) {
      expect(box.inside.length).toBeGreaterThan(0);
      expect(box.inside.filter((text) => !within(text, box))).toEqual([]);
    }
    const outside = drawn.texts.filter((text) => !drawn.boxes.some((box) => within(text, box)));
    const hits = outside.filter((text) => drawn.boxes.some((box) => overlap(text, box)));
    expect(hits).toEqual([]);
  });

  it('leaves room for a font that is an eighth wider than Arial', () => {
    for (const { inside, left, right } of drawn.boxes) {
      for (const text of inside) {
        expect(1.125 * (text.right - text.left)).toBeLessThan(right - left);
      }
    }
  });

  it('leads every arrow from the top of its box to the outline of the other, through none and no text', () => {
    const boxes = new Map(drawn.boxes.map((box) => [box.id, box]));
    for (const arrow of drawn.arrows) {
      const [from, to] = [boxes.get(arrow.from), boxes.get(arrow.to)];
      expect(arrow.points[0][1]).toBeCloseTo(from?.top ?? NaN, 1);
      const [x, y] = arrow.tip;
      const tip = { left: x, right: x, top: y, bottom: y };
      expect(to && within(tip, thick(to, 0.1)) && !within(tip, thick(to, -0.1))).toBe(true);
      const others = [...drawn.boxes.filter((box) => box !== from && box !== to), ...drawn.texts];
      const inner = pieces(arrow).map((piece) => thick(piece, 0.7));
      expect(others.filter((other) => inner.some((piece) => overlap(piece, other)))).toEqual([]);
    }
  });

  it('lets no two arrows cross', () => {
    const crossing = pairs(drawn.arrows).filter(
      ([a, b]) =>
        a.from !== b.from &&
        a.to !== b.to &&
        pieces(a).some((one) =>
          pieces(b).some((other) => overlap(thick(one, 0.7), thick(other, 0.7))),
        ),
    );
    expect(crossing).toEqual([]);
  });
});

describe('what is drawn is what is built', () => {
  const networks: Readonly<Record<string, Network>> = {
    v4: buildNetwork(networkConfig('inception-v4')),
    v1: buildNetwork(networkConfig('inception-resnet-v1', 'paper')),
    v2: buildNetwork(networkConfig('inception-resnet-v2', 'paper')),
  };

  // Fig. 20 and the overviews draw several nodes as one box.
  it.each([
    [3, 'v4', 'stem'],
    [4, 'v4', 'inceptionA_02'],
    [5, 'v4', 'inceptionB_02'],
    [6, 'v4', 'inceptionC_02'],
    [7, 'v4', 'reductionA'],
    [8, 'v4', 'reductionB'],
    [10, 'v1', 'inceptionResNetA_02'],
    [11, 'v1', 'inceptionResNetB_02'],
    [12, 'v1', 'reductionB'],
    [13, 'v1', 'inceptionResNetC_02'],
    [14, 'v1', 'stem'],
    [16, 'v2', 'inceptionResNetA_02'],
    [17, 'v2', 'inceptionResNetB_02'],
    [18, 'v2', 'reductionB'],
    [19, 'v2', 'inceptionResNetC_02'],
  ])('Fig. %i has every node and every edge of its block once', (figure, network, block) => {
    const nodes = networks[network].nodes.filter((node) => node.block === block);
    const { boxes, arrows } = readDrawing(architectureFigure(figure).svg);
    const [input] = nodes[0].inputs;
    const sums = nodes.filter(({ operation }) => operation.kind === 'residualSum');
    const expected = [input, ...nodes, ...sums.map(({ name }) => ({ name: `${name}/relu` }))];
    expect(boxes.map(({ id }) => id).sort()).toEqual(expected.map(({ name }) => name).sort());
    const edges = nodes.flatMap((node) => node.inputs.map(({ name }) => `${name} > ${node.name}`));
    const activations = sums.map(({ name }) => `${name} > ${name}/relu`);
    const drawnEdges = arrows.map(({ from, to }) => `${from} > ${to}`);
    expect(drawnEdges.sort()).toEqual([...edges, ...activations].sort());
  });

  it.each([
    ['v4', 9],
    ['v1', 15],
  ])('the overview of %s stacks every block and every box of the head', (network, figure) => {
    const { arrows, boxes } = readDrawing(architectureFigure(figure).svg);
    const heads = networks[network].nodes.filter(({ block }) => block === 'head');
    const families = networks[network].nodes
      .filter(({ block }) => block !== 'head')
      .map(({ block }) => block.replace(/_\d\d$/, ''));
    const expected = [...new Set(families), ...heads.map(({ name }) => name)];
    expect(boxes.map(({ id }) => id)).toEqual(expected);
    expect(arrows.map(({ from, to }) => [from, to])).toEqual(
      expected.slice(1).map((name, index) => [expected[index], name]),
    );
  });

  it('follows the network, not the paper', () => {
    const narrow = buildNetwork({ ...networkConfig('inception-v4'), width: 0.5 });
    const texts = boxTexts(readDrawing(drawBlock(narrow, 'inceptionA_01').svg));
    expect(texts.filter((text) => text.endsWith('(48)'))).toHaveLength(5);
    const small = buildNetwork(networkConfig('inception-resnet-v1', 'small'));
    const stem = boxTexts(readDrawing(drawBlock(small, 'stem').svg));
    expect(stem.slice(0, 2)).toEqual(['Input (32x32x3)', '3x3 Conv (8)']);
  });

  it('refuses figures and blocks that do not exist', () => {
    expect(() => architectureFigure(21)).toThrow('expected a number from 3 to 20');
    expect(() => architectureFigure(2.5)).toThrow('expected a number from 3 to 20');
    expect(() => drawBlock(v3, 'inceptionD')).toThrow(/no block "inceptionD".*inceptionA_01/);
    expect(() => drawBlock(v3, 'input')).toThrow('no block "input"');
  });
});

describe('files', () => {
  it('the same figure is the same text each time, without scripts, with its title and caption', () => {
    for (const figure of ARCHITECTURE_FIGURES) {
      const { svg, title, caption } = architectureFigure(figure);
      expect(architectureFigure(figure).svg).toBe(svg);
      const { document } = readDrawing(svg);
      expect(document.documentElement.getAttribute('role')).toBe('img');
      expect(document.querySelector('title')?.textContent).toBe(title);
      expect(document.querySelector('desc')?.textContent).toBe(caption);
      expect(document.querySelector('script, image, foreignObject, [href]')).toBeNull();
    }
  });

  it('the committed files are what is drawn', async () => {
    const read = (name: string) => readFileSync(`${architectureFolder()}/${name}.svg`, 'utf8');
    for (const figure of ARCHITECTURE_FIGURES) {
      const { name, svg } = architectureFigure(figure);
      expect(read(name)).toBe(svg);
    }
    expect(read('cost-by-block')).toBe(`${await renderSvg(costFigure())}\n`);
  });
});
