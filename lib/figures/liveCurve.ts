import type { Figure } from './figure';
import type { Line, LineTexts } from './lines';
import { lineFigure, size } from './lines';
import { notebookFigure } from './notebookFigure';
import { plotlyAddress } from './plotlyServer';
import { plotlyWindow } from './plotlyWindow';
import { renderSvg } from './render';
import { newNotebookOutput } from './show';

/** New points of a live curve at one x: a value per line, by the line's name. */
export interface CurvePoint {
  readonly x: number;
  readonly values: Readonly<Record<string, number>>;
}

/** A figure that grows while a training runs. */
export interface LiveCurve {
  /** Adds points; the picture follows when it may. */
  update(point: CurvePoint): void;
  /** Shows the last state, which stays in the notebook, as `showFigure` does, and returns it as a figure. */
  finish(): Promise<Figure>;
}

/** At most two pictures per second. */
const shortestPause = 500;
/** Drawing takes at most a twentieth of the time, so that it does not hold training back. */
const pausePerDrawing = 20;

/** Holds the place of the first drawing: the output must begin while the cell that it belongs to still runs. */
const blank = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}"/>`;

/** A curve that is redrawn below the notebook cell that makes it while points arrive; outside a notebook nothing is drawn. */
export function liveCurve(texts: LineTexts): LiveCurve {
  const lines = new Map<string, { x: number[]; y: number[] }>();
  const output = newNotebookOutput();
  output?.svg(blank);
  const figure = () => lineFigure('live-curve', texts, [...lines].map(toLine));
  let nextDrawing = 0;
  let drawing = Promise.resolve();

  async function draw(): Promise<void> {
    await plotlyWindow();
    const start = performance.now();
    output?.svg(await renderSvg(figure()));
    const end = performance.now();
    nextDrawing = end + Math.max(shortestPause, pausePerDrawing * (end - start));
  }

  return {
    update({ x, values }) {
      for (const [name, value] of Object.entries(values)) {
        const line = lines.get(name) ?? { x: [], y: [] };
        line.x.push(x);
        line.y.push(value);
        lines.set(name, line);
      }
      if (!output || performance.now() < nextDrawing) return;
      nextDrawing = Infinity;
      drawing = draw();
      // finish() reports a failure; until then it is not an unhandled one.
      drawing.catch(() => undefined);
    },
    async finish() {
      await drawing;
      const last = figure();
      output?.html(await notebookFigure(last, await plotlyAddress()));
      return last;
    },
  };
}

function toLine([name, { x, y }]: [string, { x: number[]; y: number[] }]): Line {
  return { name, x: [...x], y: [...y] };
}
