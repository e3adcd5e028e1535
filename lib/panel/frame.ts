import { randomBytes } from 'node:crypto';

import { html, Markup, scriptJson } from '../figures/html';

/**
 * What stands in a cell's output: plain text that says what the panel is, which a script replaces by a frame where the panel
 * can be reached; directly on the kernel's machine, by jupyter-server-proxy elsewhere. `root` is "/<token>".
 */
export function frameMarkup(title: string, port: number, root: string): Markup {
  const id = `lab-panel-${randomBytes(4).toString('hex')}`;
  return html`<div id="${id}">
      <p>
        <b>${title}</b>: a control panel with sliders and live curves of a training run. It is
        served by the kernel and is here only while that runs: open the notebook with
        <code>npm start</code> and run this cell, or see a panel of its own with
        <code>npm run lab -- panel</code>.
      </p>
    </div>
    <script>
      (${PLACE_FRAME})(${scriptJson({ id, title, port, root })});
    </script>`;
}

/** What stands there when the panel was closed. */
export function closedMarkup(title: string): Markup {
  return html`<p><b>${title}</b>: closed. Run the cell again to open it.</p>`;
}

/** Runs in the page of the notebook. A request tells whether the panel answers: a saved notebook outlives its kernel. */
const PLACE_FRAME = new Markup(`async ({ id, title, port, root }) => {
  const place = document.getElementById(id);
  const text = place.querySelector('p');
  const isNear = ['127.0.0.1', 'localhost', '[::1]', ''].includes(location.hostname)
    || location.protocol === 'vscode-webview:';
  const config = document.getElementById('jupyter-config-data');
  const base = config ? JSON.parse(config.textContent).baseUrl : document.body.dataset.baseUrl;
  const near = 'http://127.0.0.1:' + port + root + '/';
  const far = (base || '/') + 'proxy/' + port + root + '/';
  const answers = (address, options) => fetch(address, options).then(({ ok, type }) => ok || type === 'opaque', () => false);
  if (!(isNear ? await answers(near, { mode: 'no-cors' }) : await answers(far))) {
    const why = isNear
      ? ' Its kernel no longer answers.'
      : ' The panel runs only on the machine of the kernel, port ' + port
        + ' there; this page is of another one, and jupyter-server-proxy does not pass it on (see LAB_PANEL_HOSTS in the README).';
    text.append(why);
    return;
  }
  const frame = document.createElement('iframe');
  Object.assign(frame, { src: isNear ? near : far, title });
  frame.style.cssText = 'width: 100%; height: 860px; border: 0';
  // What the panel's page takes for its reader's preference: JupyterLab's theme, elsewhere that of the system.
  const dress = () => {
    const isLight = document.body.dataset.jpThemeLight;
    frame.style.colorScheme = isLight === undefined ? 'normal' : isLight === 'false' ? 'dark' : 'light';
  };
  dress();
  new MutationObserver(dress).observe(document.body, { attributeFilter: ['data-jp-theme-light'] });
  addEventListener('message', ({ source, data }) => {
    const height = Number(data && data.labPanelHeight);
    if (source === frame.contentWindow && height > 0) frame.style.height = Math.min(height, 2400) + 'px';
  });
  place.replaceChildren(frame);
}`);
