import { mkdirSync } from 'node:fs';
import path from 'node:path';

import type { Locator } from 'playwright-core';
import sharp from 'sharp';

import { projectRoot } from '../../lib/projectRoot';
import type { OpenNotebook } from './jupyterLab';

const FOLDER = path.join(projectRoot(), 'results/figures/screens');
const THEMES = { light: 'JupyterLab Light', dark: 'JupyterLab Dark' } as const;

/**
 * Where LAB_SCREENSHOTS asks for it, writes what is seen of a notebook, with `shown` at its top, in both themes to
 * results/figures/screens/.
 */
export async function takeScreenshot(
  notebook: OpenNotebook,
  shown: Locator,
  name: string,
): Promise<void> {
  if (!process.env.LAB_SCREENSHOTS) return;
  mkdirSync(FOLDER, { recursive: true });
  for (const theme of ['dark', 'light'] as const) {
    await notebook.dress(THEMES[theme]);
    await shown.evaluate((element) => element.scrollIntoView());
    const picture = await notebook.page.screenshot();
    const file = path.join(FOLDER, `${name}-${theme}.png`);
    await sharp(picture).png({ palette: true, colours: 256, dither: 0, effort: 10 }).toFile(file);
  }
}
