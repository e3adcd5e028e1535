import type { Figure } from './figure';
import { html, Markup, scriptJson } from './html';
import { interactiveLayout } from './motion';
import { renderSvg } from './render';

/** Style of the figures of a page: which of the two drawings fits; white ground also in a dark page. */
export const figureStyle = new Markup(`
.lab-figure { margin: 0; }
.lab-plot { container-type: inline-size; overflow-x: auto; background: #fff; border-radius: 6px; }
.lab-plot svg { display: block; }
.lab-static svg { max-width: 100%; height: auto; margin: 0 auto; }
.lab-narrow { display: none; }
@container (max-width: 799px) { .lab-wide { display: none; } .lab-narrow { display: block; } }
.lab-figure figcaption { font-size: 0.875rem; line-height: 1.5; margin-top: 0.5rem; }`);

/** Puts Plotly's interactive drawing in the place of each static one, in the layout that fits; does nothing without Plotly. */
export const drawLabFiguresScript = new Markup(`
function drawLabFigure(figure) {
  figure.dataset.drawn = 'true';
  const plot = figure.querySelector('.lab-plot');
  const { data, layout, narrowLayout, frames } = JSON.parse(figure.querySelector('script').textContent);
  let drawn;
  const draw = () => {
    const wide = plot.clientWidth >= layout.width;
    const width = wide ? layout.width : Math.max(narrowLayout.width, Math.min(plot.clientWidth, 640));
    if (plot.clientWidth === 0 || width === drawn) return;
    if (drawn === undefined) plot.replaceChildren();
    drawn = width;
    const config = { displayModeBar: false };
    Plotly.react(plot, { data, frames, config, layout: { ...(wide ? layout : narrowLayout), width } });
  };
  draw();
  new ResizeObserver(draw).observe(plot);
}
function drawLabFigures() {
  if (window.Plotly) document.querySelectorAll('.lab-figure:not([data-drawn])').forEach(drawLabFigure);
}
drawLabFigures();`);

/**
 * A figure as part of a page: drawn as SVG for wide and for narrow screens, with its data for the interactive drawing
 * that drawLabFiguresScript puts in their place. Without scripts, or without Plotly, the SVG stays.
 */
export async function figureFragment(figure: Figure): Promise<Markup> {
  const { name, caption, data, layout, narrowLayout = layout, motion } = figure;
  const wide = new Markup(await renderSvg(figure));
  const narrow = new Markup(await renderSvg({ ...figure, layout: narrowLayout }));
  const specification = {
    data,
    layout: interactiveLayout(layout, motion),
    narrowLayout: interactiveLayout(narrowLayout, motion),
    frames: motion?.frames,
  };
  return html`<figure class="lab-figure" id="${name}">
    <div class="lab-plot">
      <div class="lab-static lab-wide">${wide}</div>
      <div class="lab-static lab-narrow">${narrow}</div>
    </div>
    <figcaption>${caption}</figcaption>
    <script type="application/json">
      ${scriptJson(specification)}
    </script>
  </figure>`;
}

/** A figure as a page of its own that loads plotly.js from its folder; the static drawing stays where that fails. */
export async function renderHtml(figure: Figure): Promise<string> {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${figure.title}</title>
        <style>
          body { font-family: system-ui, sans-serif; max-width: 960px; margin: 1rem auto; padding: 0 0.75rem; color: #222; background: #fff; }
          ${figureStyle}
        </style>
      </head>
      <body>
        ${await figureFragment(figure)}
        <script src="plotly.js"></script>
        <script>
          ${drawLabFiguresScript};
        </script>
      </body>
    </html> `;
  return page.text;
}
