import { type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { chromiumPath, startChromium, withoutChromium } from './chromium';

const without = withoutChromium();

describe('the search for a browser', () => {
  it('takes what CHROME_PATH names, and nothing else where that is not there', () => {
    expect(chromiumPath({ CHROME_PATH: process.execPath, PATH: '' })).toBe(process.execPath);
    expect(
      chromiumPath({ CHROME_PATH: '/nowhere/chrome', PATH: process.env.PATH }),
    ).toBeUndefined();
  });

  it('leaves tests out where there is none, but not in CI', () => {
    expect(withoutChromium({ PATH: '' })).toContain('there is no Chromium');
    expect(() => withoutChromium({ PATH: '', CI: 'true' })).toThrow('apt-get install chromium');
  });
});

describe.skipIf(without)(`the browser of this machine${without}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  it('shows a page and runs its script', async () => {
    const page = await browser.newPage();
    await page.setContent(
      '<p></p><script>document.querySelector("p").textContent = 6 * 7</script>',
    );
    expect(await page.textContent('p')).toBe('42');
  });
});
