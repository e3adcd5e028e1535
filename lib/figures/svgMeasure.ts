import { fontAscent, fontDescent, textWidth } from './textWidth';

/** A rectangle in pixels. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The affine map (x, y) -> (a x + c y + e, b x + d y + f), as in SVG. */
type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** The part of a browser's window that is patched. */
interface SvgWindow {
  readonly Element: { readonly prototype: object };
  readonly SVGElement: { readonly prototype: object };
}

const emptyBox: Box = { left: 0, top: 0, right: 0, bottom: 0 };

/**
 * Gives a window of jsdom, which lays nothing out, the three measuring functions that Plotly places titles, legends and
 * tick labels by. Text is measured with the tabulated widths of textWidth.ts, at the position that its attributes say.
 */
export function installMeasurement(window: SvgWindow): void {
  Object.assign(window.Element.prototype, {
    getBoundingClientRect(this: Element) {
      return toRect(mapped(boxOf(this), transformOf(this)));
    },
  });
  Object.assign(window.SVGElement.prototype, {
    getBBox(this: Element) {
      return toRect(boxOf(this));
    },
    getComputedTextLength(this: Element) {
      return lineWidth(this, fontOf(this));
    },
  });
}

/** The box of an element in its own coordinates, without its own transform. */
function boxOf(element: Element): Box {
  if (element.tagName === 'text') return textBox(element);
  if (element.tagName === 'rect') {
    const [x, y] = [numberOf(element, 'x'), numberOf(element, 'y')];
    const [width, height] = [numberOf(element, 'width'), numberOf(element, 'height')];
    return { left: x, top: y, right: x + width, bottom: y + height };
  }
  const boxes = [...element.children].map((child) => mapped(boxOf(child), transformOf(child)));
  return union(boxes.filter((box) => box.right > box.left));
}

function textBox(text: Element): Box {
  const tspans = [...text.querySelectorAll('.line')];
  const lines = tspans.length > 0 ? tspans : [text];
  const font = fontOf(text);
  const anchor = text.getAttribute('text-anchor');
  return union(
    lines.map((line) => {
      const width = lineWidth(line, font);
      const share = anchor === 'middle' ? 0.5 : anchor === 'end' ? 1 : 0;
      const left = numberOf(line, 'x') - share * width;
      const baseline = numberOf(line, 'y') + emOf(line, 'dy') * font.size;
      return {
        left,
        right: left + width,
        top: baseline - fontAscent * font.size,
        bottom: baseline + fontDescent * font.size,
      };
    }),
  );
}

interface Font {
  readonly size: number;
  readonly bold: boolean;
}

/** Width of an element's text, whose parts may be bold or of another size. */
function lineWidth(element: Element, font: Font): number {
  let width = 0;
  for (const node of element.childNodes) {
    if (node.nodeType === 3) width += textWidth(node.textContent ?? '', font.size, font.bold);
    else width += lineWidth(node as Element, fontOf(node as Element, font));
  }
  return width;
}

function fontOf(element: Element, inherited: Font = { size: 12, bold: false }): Font {
  const style = element.getAttribute('style') ?? '';
  const [, size, unit] = /font-size:\s*([\d.]+)(px|%)/.exec(style) ?? [];
  const [, weight] = /font-weight:\s*(\w+)/.exec(style) ?? [];
  const scale = unit === '%' ? inherited.size / 100 : 1;
  return {
    size: size === undefined ? inherited.size : Number(size) * scale,
    bold: weight === undefined ? inherited.bold : weight === 'bold' || Number(weight) >= 600,
  };
}

function transformOf(element: Element): Matrix {
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  const transform = element.getAttribute('transform') ?? '';
  for (const [, name, list] of transform.matchAll(/(\w+)\(([^)]*)\)/g)) {
    matrix = product(matrix, matrixOf(name, list.split(/[\s,]+/).map(Number)));
  }
  return matrix;
}

function matrixOf(name: string, values: readonly number[]): Matrix {
  const [first, second = 0, third = 0] = values;
  if (name === 'translate') return [1, 0, 0, 1, first, second];
  if (name === 'scale') return [first, 0, 0, values.length > 1 ? second : first, 0, 0];
  if (name !== 'rotate') return [1, 0, 0, 1, 0, 0];
  const [cos, sin] = [Math.cos((first * Math.PI) / 180), Math.sin((first * Math.PI) / 180)];
  const rotation: Matrix = [cos, sin, -sin, cos, 0, 0];
  return product(product([1, 0, 0, 1, second, third], rotation), [1, 0, 0, 1, -second, -third]);
}

function product(m: Matrix, n: Matrix): Matrix {
  return [
    m[0] * n[0] + m[2] * n[1],
    m[1] * n[0] + m[3] * n[1],
    m[0] * n[2] + m[2] * n[3],
    m[1] * n[2] + m[3] * n[3],
    m[0] * n[4] + m[2] * n[5] + m[4],
    m[1] * n[4] + m[3] * n[5] + m[5],
  ];
}

function mapped({ left, top, right, bottom }: Box, [a, b, c, d, e, f]: Matrix): Box {
  const xs = [
    a * left + c * top,
    a * right + c * top,
    a * left + c * bottom,
    a * right + c * bottom,
  ];
  const ys = [
    b * left + d * top,
    b * right + d * top,
    b * left + d * bottom,
    b * right + d * bottom,
  ];
  return {
    left: Math.min(...xs) + e,
    right: Math.max(...xs) + e,
    top: Math.min(...ys) + f,
    bottom: Math.max(...ys) + f,
  };
}

function union(boxes: readonly Box[]): Box {
  if (boxes.length === 0) return emptyBox;
  return {
    left: Math.min(...boxes.map((box) => box.left)),
    top: Math.min(...boxes.map((box) => box.top)),
    right: Math.max(...boxes.map((box) => box.right)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
  };
}

function toRect({ left, top, right, bottom }: Box) {
  return { x: left, y: top, left, top, right, bottom, width: right - left, height: bottom - top };
}

function numberOf(element: Element, attribute: string): number {
  return Number.parseFloat(element.getAttribute(attribute) ?? '') || 0;
}

/** A length in em; lengths in other units count as none. */
function emOf(element: Element, attribute: string): number {
  const value = element.getAttribute(attribute) ?? '';
  return value.endsWith('em') ? Number.parseFloat(value) : 0;
}
