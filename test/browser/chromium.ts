import { existsSync } from 'node:fs';
import path from 'node:path';

import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

type Environment = Readonly<Record<string, string | undefined>>;

/** The Chromium or Chrome of this machine: `CHROME_PATH`, else the first of the usual names in `PATH`; undefined without. */
export function chromiumPath(env: Environment = process.env): string | undefined {
  if (env.CHROME_PATH) return existsSync(env.CHROME_PATH) ? env.CHROME_PATH : undefined;
  const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const places = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return places.find((file) => existsSync(file));
}

/**
 * Why tests in a browser are left out here, for `describe.skipIf` and the test's name; empty where there is a browser.
 *
 * Throws where CI is set and no browser is there: there the tests must run.
 */
export function withoutChromium(env: Environment = process.env): string {
  if (chromiumPath(env)) return '';
  if (env.CI) {
    throw new Error(
      'There is no Chromium: install it (apt-get install chromium), or name it in CHROME_PATH.',
    );
  }
  return ' (left out: there is no Chromium; install it, or name it in CHROME_PATH)';
}

/** Starts the browser of this machine without a window; the caller closes it. */
export function startChromium(): Promise<Browser> {
  // Chromium refuses its sandbox to root, which is who containers run as.
  const chromiumSandbox = process.getuid?.() !== 0;
  return chromium.launch({ executablePath: chromiumPath(), chromiumSandbox });
}
