import { readFileSync } from 'node:fs';
import path from 'node:path';

import { html, type Markup, scriptJson } from '../figures/html';
import { projectRoot } from '../projectRoot';
import type { Control } from './controls';
import type { Panel } from './panel';
import { labelOf, steeredBy } from './settings';

/** A file that the page loads. */
interface Asset {
  readonly type: string;
  readonly read: () => string;
}

/** The files of the page by their paths; they are used as they are. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map(
  [
    ['panel.css', 'text/css'],
    ...['main.mjs', 'controls.mjs', 'curves.mjs', 'readouts.mjs', 'numbers.mjs'].map((name) => [
      name,
      'text/javascript',
    ]),
  ].map(([name, type]) => [
    `/${name}`,
    { type, read: () => readFileSync(path.join(projectRoot(), 'lib/panel/page', name), 'utf8') },
  ]),
);

const PLOTS = [
  ['loss', 'Training loss'],
  ['error', 'Training top-1 error, mean of 20 steps'],
  ['zeros', 'Zeros in the last layer before the pooling; dotted: dead channels'],
] as const;

const READOUTS = [
  ['step', 'Step'],
  ['loss', 'Loss'],
  ['error', 'Top-1 error'],
  ['zeros', 'Zeros'],
  ['rate', 'Learning rate'],
  ['speed', 'Images/s'],
] as const;

/** The page of a panel. */
export function pageHtml(panel: Panel): string {
  const { declaration, title } = panel;
  const names = Object.keys(declaration.controls);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="panel.css" />
        <script type="application/json" id="declaration">
          ${scriptJson({ controls: declaration.controls, labels: labels(names), live: names.filter(steeredBy) })}
        </script>
        <script src="plotly.js" defer></script>
        <script type="module" src="main.mjs"></script>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p data-readout="status" role="status">Connecting</p>
        </header>
        <main>
          <section class="side" aria-label="Controls">
            <div class="actions">
              <button type="button" data-action="start">Start</button>
              <button type="button" data-action="pause" disabled>Pause</button>
              <button type="button" data-action="stop" disabled>Stop</button>
              <button type="button" data-action="restart" disabled>Restart</button>
            </div>
            <p class="message" role="alert" hidden></p>
            ${names.map((name) => controlMarkup(name, declaration.controls[name]))}
            <dl class="readouts">
              ${READOUTS.map(
                ([name, label]) =>
                  html`<div>
                    <dt>${label}</dt>
                    <dd data-readout="${name}">–</dd>
                  </div>`,
              )}
            </dl>
            <div class="changes" hidden>
              <h2>Changes of this run</h2>
              <ol></ol>
            </div>
          </section>
          <section class="curves" aria-label="Curves">
            ${PLOTS.map(
              ([name, label]) =>
                html`<figure>
                  <figcaption id="caption-${name}">${label}</figcaption>
                  <div data-curve="${name}" role="img" aria-labelledby="caption-${name}"></div>
                </figure>`,
            )}
            <p class="legend"></p>
          </section>
        </main>
        <noscript>This panel needs JavaScript.</noscript>
      </body>
    </html> `.text;
}

function labels(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, labelOf(name)]));
}

function controlMarkup(name: string, control: Control): Markup {
  const id = `control-${name}`;
  const hint = steeredBy(name) ? 'acts from the next step' : 'needs a new run';
  return html`<div class="control" data-control="${name}">
    <label for="${id}">${labelOf(name)}</label>
    <output for="${id}"></output>
    ${inputMarkup(id, control)}
    <p class="hint" id="${id}-hint">${hint}</p>
  </div>`;
}

function inputMarkup(id: string, control: Control): Markup {
  if (control.kind === 'choice') {
    return html`<select id="${id}" aria-describedby="${id}-hint">
      ${control.options.map((option, index) => html`<option value="${index}">${String(option)}</option>`)}
    </select>`;
  }
  return html`<input type="range" id="${id}" aria-describedby="${id}-hint" />`;
}
