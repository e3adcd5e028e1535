import { escapeHtml } from '../html';
import { fontFamily, textWidth, wrapText } from '../textWidth';
import type { Diagram } from './diagram';
import { layOut } from './layout';
import { fontSizes, lineHeight, space, textColors } from './style';
import { arrowElement, boxElement, textElement, type TextStyle } from './svgElements';

/** A drawing of a network or of a part of it, as a standalone SVG document. */
export interface ArchitectureDrawing {
  /** File name without ending, for example figure-04. */
  readonly name: string;
  readonly title: string;
  /** What is shown, in sentences; also for readers who cannot see the picture. */
  readonly caption: string;
  readonly svg: string;
}

/** What is put on paper: a diagram below its title and caption, a table and notes below it. */
export interface Sheet {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly diagram: Diagram;
  /** Rows of cells, the first one bold. */
  readonly table?: readonly (readonly string[])[];
  readonly notes?: readonly string[];
}

const MIN_WIDTH = 560;

/** Share of a line that text may fill: where Arial is missing, its place may be taken by a wider font (DejaVu Sans). */
const FILLED = 0.86;

/** Draws a sheet; equal sheets give equal text. */
export function drawSheet(sheet: Sheet): ArchitectureDrawing {
  const { name, title, caption, diagram, table = [], notes = [] } = sheet;
  const layout = layOut(diagram);
  const width = Math.ceil(Math.max(MIN_WIDTH, layout.width + 2 * space.edge));
  const page = new Page(width);
  page.paragraph(title, { size: fontSizes.title, bold: true });
  page.gap(2);
  page.paragraph(caption, { size: fontSizes.caption, color: textColors.soft });
  page.gap(18);
  const origin = [(width - layout.width) / 2, page.y] as const;
  page.add(layout.arrows.map((arrow) => arrowElement(arrow, origin)));
  page.add(layout.boxes.map((box) => boxElement(box, origin)));
  page.gap(layout.height + 18);
  page.table(table);
  notes.forEach((note) => page.paragraph(note, { size: fontSizes.note, color: textColors.soft }));
  return { name, title, caption, svg: page.svg(title, caption) };
}

/** A page that is filled from above. */
class Page {
  y: number = space.edge;
  private readonly parts: string[] = [];

  constructor(private readonly width: number) {}

  add(parts: readonly string[]): void {
    this.parts.push(...parts);
  }

  gap(height: number): void {
    this.y += height;
  }

  /** Text over the whole width, in as many lines as it takes. */
  paragraph(text: string, style: TextStyle): void {
    const room = FILLED * (this.width - 2 * space.edge);
    for (const line of wrapText(text, room, style.size, style.bold)) {
      this.add([textElement(line, space.edge, this.y + style.size, style)]);
      this.gap(style.size * lineHeight);
    }
    this.gap(4);
  }

  /** A small table in the middle: the first column left-aligned, the others right-aligned. */
  table(rows: readonly (readonly string[])[]): void {
    if (rows.length === 0) return;
    const size = fontSizes.caption;
    const first = Math.max(...rows.map(([cell]) => textWidth(cell, size, true)));
    const step = 56;
    const left = (this.width - first - step * (rows[0].length - 1)) / 2;
    rows.forEach((cells, row) => {
      const baseline = this.y + size;
      const style = { size, bold: row === 0 };
      this.add(
        cells.map((cell, column) =>
          column === 0
            ? textElement(cell, left, baseline, style)
            : textElement(cell, left + first + column * step, baseline, {
                ...style,
                anchor: 'end',
              }),
        ),
      );
      this.gap(size * lineHeight + 3);
    });
    this.gap(12);
  }

  svg(title: string, description: string): string {
    const [width, height] = [this.width, Math.ceil(this.y + space.edge - 4)];
    return [
      `<svg role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
        `width="${width}" height="${height}" font-family="${fontFamily}">`,
      `<title>${escapeHtml(title)}</title>`,
      `<desc>${escapeHtml(description)}</desc>`,
      `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
      ...this.parts,
      '</svg>',
      '',
    ].join('\n');
  }
}
