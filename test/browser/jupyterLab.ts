import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Locator, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

import { projectRoot } from '../../lib/projectRoot';
import { LabProcess } from '../experiments/lab';

/** What is asked of JupyterLab's application; `expose_app_in_browser` makes it `window.jupyterapp`. */
interface NotebookApplication {
  readonly shell: {
    readonly currentWidget: {
      readonly sessionContext: {
        readonly session: { readonly kernel: { readonly status: string } };
      };
      readonly content: {
        readonly widgets: readonly CellWidget[];
        scrollToItem(index: number, align: string): Promise<void>;
      };
    };
  };
}

interface CellWidget {
  readonly model: {
    readonly type: string;
    readonly executionCount: number | null;
    readonly sharedModel: { readonly source: string };
    readonly outputs: { toJSON(): { output_type: string; name?: string; text?: string }[] };
  };
}

/** Whether the notebook's cells are done, and what they wrote of errors. */
interface Progress {
  readonly isDone: boolean;
  readonly errors: readonly string[];
}

export type Theme = 'JupyterLab Light' | 'JupyterLab Dark';

/**
 * Serves JupyterLab as `npm start` does until the test is finished, and returns the address that it prints.
 *
 * Its settings and workspaces are a folder that goes away, so that a user's own neither count nor change.
 */
export async function serveJupyterLab(): Promise<URL> {
  const folder = mkdtempSync(path.join(tmpdir(), 'jupyter-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const settings = path.join(folder, 'settings/@jupyterlab/apputils-extension');
  mkdirSync(settings, { recursive: true });
  // Else it asks, above the notebook, whether it may fetch news.
  writeFileSync(path.join(settings, 'notification.jupyterlab-settings'), '{"fetchNews": "false"}');
  const lab = new LabProcess([
    ...['jupyter', '--no-browser', '--LabApp.expose_app_in_browser=True'],
    `--LabApp.user_settings_dir=${path.join(folder, 'settings')}`,
    `--LabApp.workspaces_dir=${path.join(folder, 'workspaces')}`,
  ]);
  onTestFinished(async () => {
    lab.child.kill('SIGTERM');
    await lab.ended;
  }, 60_000);
  const printed = /http:\/\/127\.0\.0\.1:\d+\/lab\?token=[0-9a-f]+/;
  await lab.says(printed);
  return new URL((printed.exec(lab.stderr) as RegExpExecArray)[0]);
}

/** Copies a notebook into a folder beside it, which goes away; the copy's path in JupyterLab. */
export function notebookCopy(name: string, text: string): string {
  const folder = mkdtempSync(path.join(projectRoot(), 'notebooks/browser-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, name), text);
  return `${path.basename(folder)}/${name}`;
}

/** A notebook that is open in JupyterLab. */
export class OpenNotebook {
  private constructor(readonly page: Page) {}

  /** Opens it, alone and without the bar at the side; resolves when its kernel is there. */
  static async open(page: Page, jupyterLab: URL, notebook: string): Promise<OpenNotebook> {
    const address = new URL(`/doc/tree/${notebook}`, jupyterLab);
    address.search = jupyterLab.search;
    await page.goto(address.href);
    await page.waitForFunction(() => {
      const { jupyterapp } = window as unknown as { jupyterapp?: NotebookApplication };
      return jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle';
    });
    return new OpenNotebook(page);
  }

  /** Chooses from JupyterLab's menus. */
  async choose(menu: string, ...items: readonly string[]): Promise<void> {
    await this.page.locator('.lm-MenuBar-itemLabel', { hasText: exactly(menu) }).click();
    for (const item of items) {
      await this.page.locator('.lm-Menu-itemLabel', { hasText: exactly(item) }).click();
    }
  }

  /** Runs all cells and waits for the last one. Throws with what a cell wrote to stderr. */
  async runAllCells(): Promise<void> {
    await this.choose('Run', 'Run All Cells');
    const ended = await this.page.waitForFunction(progress);
    const { isDone, errors } = (await ended.jsonValue()) as Progress;
    if (!isDone) throw new Error(`A cell has failed: ${errors.join('\n')}`);
  }

  /** Scrolls to the code cell with this text, which JupyterLab draws only then; the cell. */
  async showCell(text: string): Promise<Locator> {
    await this.page.evaluate((wanted) => {
      const { jupyterapp } = window as unknown as { jupyterapp: NotebookApplication };
      const { content } = jupyterapp.shell.currentWidget;
      const index = content.widgets.findIndex(
        ({ model }) => model.type === 'code' && model.sharedModel.source.includes(wanted),
      );
      return content.scrollToItem(index, 'start');
    }, text);
    const cell = this.page.locator('.jp-CodeCell', {
      has: this.page.locator('.jp-InputArea-editor', { hasText: text }),
    });
    await cell.waitFor();
    return cell;
  }

  /** Changes JupyterLab's theme. */
  async dress(theme: Theme): Promise<void> {
    const isDressed = this.page.locator(`body[data-jp-theme-name="${theme}"]`);
    if ((await isDressed.count()) === 0) await this.choose('Settings', 'Theme', theme);
    await isDressed.waitFor({ state: 'attached' });
  }
}

function exactly(text: string): RegExp {
  return new RegExp(`^${text}$`);
}

/** Runs in the page: a value when the cells are done or one of them has failed. */
function progress(): Progress | undefined {
  const { jupyterapp } = window as unknown as { jupyterapp: NotebookApplication };
  const { content } = jupyterapp.shell.currentWidget;
  const cells = content.widgets.filter(({ model }) => model.type === 'code');
  const outputs = cells.flatMap(({ model }) => model.outputs.toJSON());
  const errors = outputs.filter(({ name }) => name === 'stderr').map(({ text }) => String(text));
  const isDone = cells.every(({ model }) => model.executionCount !== null);
  return isDone || errors.length > 0 ? { isDone, errors } : undefined;
}
