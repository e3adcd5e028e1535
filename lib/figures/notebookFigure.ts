import { compactSvg } from './compactSvg';
import type { Figure } from './figure';
import { html, Markup, scriptJson } from './html';
import { interactiveLayout } from './motion';
import { renderSvg } from './render';

/**
 * Draws the figures of a notebook's page with Plotly, which it loads once from the kernel's server, in the place of their
 * pictures. Where the page does not come from the reader's own machine, the server is gone or Plotly fails, the pictures stay.
 */
const drawScript = new Markup(`(() => {
const draw = (figure) => {
  figure.dataset.drawn = 'true';
  const plot = figure.querySelector('.lab-plot');
  const specification = JSON.parse(figure.querySelector('script').textContent);
  const observer = new ResizeObserver(() => {
    if (plot.clientWidth === 0) return;
    observer.disconnect();
    const drawing = plot.appendChild(document.createElement('div'));
    Plotly.newPlot(drawing, { ...specification, config: { displayModeBar: false } })
      .then(() => plot.querySelector('img').remove(), () => drawing.remove());
  });
  observer.observe(plot);
};
const drawAll = () => document.querySelectorAll('.lab-figure:not([data-drawn])').forEach(draw);
if (window.Plotly) return drawAll();
const src = [...document.querySelectorAll('.lab-figure')].map((figure) => figure.dataset.plotly).filter(Boolean).pop();
const loading = window.labPlotly ??= {};
if (!src || loading[src] || !/^(localhost|127\\.0\\.0\\.1|\\[::1\\])$/.test(location.hostname)) return;
loading[src] = document.head.appendChild(Object.assign(document.createElement('script'), { src, onload: drawAll }));
})();`);

/**
 * A figure as the output of a notebook's cell: its picture and its caption, and with `plotlyAddress` the data and the script
 * for the interactive drawing.
 *
 * The picture is an image with its bytes in its address, because that is what GitHub, exported pages and notebooks that
 * the reader has not trusted show; they drop SVG elements, scripts and style sheets.
 */
export async function notebookFigure(figure: Figure, plotlyAddress?: string): Promise<string> {
  const { title, caption } = figure;
  const shown = picture(await compactSvg(await renderSvg(figure)), title);
  const parts = [
    html`<div class="lab-plot" style="overflow-x: auto; background: #fff">${shown}</div>`,
    html`<figcaption style="font-size: 0.875rem; line-height: 1.5">${caption}</figcaption>`,
    ...(plotlyAddress === undefined ? [] : drawingParts(figure)),
  ];
  return figureElement(parts, plotlyAddress).text;
}

/** A drawing that has no interactive form, as the output of a notebook's cell. */
export function pictureFigure(svg: string, description: string): Markup {
  return figureElement([picture(svg, description)]);
}

function figureElement(parts: readonly Markup[], plotlyAddress?: string): Markup {
  const state =
    plotlyAddress === undefined ? 'data-drawn="true"' : `data-plotly="${plotlyAddress}"`;
  return html`<figure class="lab-figure" ${new Markup(state)} style="margin: 0">${parts}</figure>`;
}

function picture(svg: string, description: string): Markup {
  const bytes = Buffer.from(svg).toString('base64');
  const address = `data:image/svg+xml;base64,${bytes}`;
  return html`<img src="${address}" alt="${description}" style="max-width: 100%; height: auto" />`;
}

function drawingParts({ data, layout, motion }: Figure): readonly Markup[] {
  const specification = shortNumbers({
    data,
    layout: interactiveLayout(layout, motion),
    frames: motion?.frames,
  });
  return [
    html`<script type="application/json">
      ${scriptJson(specification)}
    </script>`,
    html`<script>
      ${drawScript};
    </script>`,
  ];
}

/** More digits than a screen has pixels across, and than a hover box shows; whole numbers stay as they are. */
const DIGITS = 4;

function shortNumbers(specification: object): unknown {
  return JSON.parse(
    JSON.stringify(specification, (_, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value)
        ? Number(value.toPrecision(DIGITS))
        : value,
    ),
  );
}
