import { html, Markup } from '../figures/html';
import { drawLabFiguresScript, figureStyle } from '../figures/page';

/** The parts of the report. */
export interface ReportParts {
  readonly title: string;
  readonly lead: string;
  readonly sections: readonly Markup[];
  readonly sources: string;
  /** Source text of Plotly. */
  readonly plotly: string;
}

/** The look of the report's pages. */
export const pageStyle = new Markup(`
:root { color-scheme: light dark; --ink: #1f2328; --ground: #ffffff; --faint: #59636e; --rule: #d1d9e0; --paper: #f3f1ec; --link: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --ground: #14171a; --faint: #a3abb3; --rule: #3a4149; --paper: #23221e; --link: #78b4f4; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 992px; padding: 1.5rem 1rem 4rem; color: var(--ink); background: var(--ground); font: 1rem/1.6 system-ui, 'Segoe UI', Arial, sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 0.5rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.5rem; }
p, ul { max-width: 44rem; margin: 0 0 1rem; }
li { margin-bottom: 0.4rem; }
a { color: var(--link); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.3rem 1.2rem; margin: 0 0 1.5rem; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; margin-bottom: 0.5rem; }
th, td { padding: 0.35rem 0.8rem; text-align: left; border-bottom: 1px solid var(--rule); white-space: nowrap; }
thead th { color: var(--faint); font-weight: 600; }
tbody th { font-weight: 500; }
th.number, td.number { text-align: right; }
td.paper { background: var(--paper); }
caption { text-align: left; font-weight: 600; padding: 0.3rem 0; }
.beside { display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; align-items: flex-start; }
.beside > * { min-width: 0; }
.beside th, .beside td { padding: 0.35rem 0.6rem; }
.lab-figure + .lab-figure { margin-top: 2rem; }
.lab-figure figcaption { color: var(--faint); }
.lead { font-size: 1.1rem; }
footer { margin-top: 3rem; color: var(--faint); font-size: 0.85rem; }
@media (max-width: 560px) { body { padding: 1rem 0.6rem 3rem; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.6rem; } th, td, .beside th, .beside td { white-space: normal; padding: 0.3rem 0.4rem; font-size: 0.8rem; } }`);

/** The report as one page that needs no other file: text, figures, and Plotly to make the figures interactive. */
export function reportPage({ title, lead, sections, sources, plotly }: ReportParts): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${figureStyle}
          ${pageStyle}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="lead">${lead}</p>
        </header>
        <main>${sections}</main>
        <footer>
          <p>${sources} The figures are drawn with Plotly.js (MIT licence).</p>
        </footer>
        <script>
          ${new Markup(plotly)};
        </script>
        <script>
          ${drawLabFiguresScript};
        </script>
      </body>
    </html> `;
  return page.text;
}
