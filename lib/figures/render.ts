import type { Figure } from './figure';
import { escapeHtml } from './html';
import { figureRandom, plotlyWindow } from './plotlyWindow';

let queue: Promise<unknown> = Promise.resolve();

/**
 * Draws a figure as a standalone SVG document of `layout.width` x `layout.height` pixels; equal figures give equal text.
 * The first call loads Plotly (about a second), the others take less than a tenth of that.
 */
export function renderSvg(figure: Figure): Promise<string> {
  // One at a time: all drawings share Plotly's window.
  const drawing = queue.then(() => draw(figure));
  queue = drawing.catch(() => undefined);
  return drawing;
}

async function draw(figure: Figure): Promise<string> {
  const { plotly, document, math } = await plotlyWindow();
  const element = document.createElement('div');
  document.body.appendChild(element);
  math.random = figureRandom(figure);
  try {
    // Plotly writes into what it is given; the figure stays the caller's.
    const copy = structuredClone({ data: figure.data, layout: figure.layout });
    const plot = await plotly.newPlot(element, copy, { staticPlot: true });
    return described(plotly.Snapshot.toSVG(plot, 'svg', 1), figure);
  } finally {
    plotly.purge(element);
    element.remove();
  }
}

/** Adds what a screen reader says. */
function described(svg: string, { title, caption }: Figure): string {
  const text = `<title>${escapeHtml(title)}</title><desc>${escapeHtml(caption)}</desc>`;
  return svg.replace(
    /^<svg ([^>]*)>/,
    (_, attributes: string) => `<svg role="img" ${attributes}>${text}`,
  );
}
