import { defineConfig } from 'vitest/config';

/** Tests that open pages in this machine's Chromium: npm run test:browser. */
export default defineConfig({
  test: {
    include: ['test/browser/*.browser.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    env: { TF_CPP_MIN_LOG_LEVEL: '3' },
  },
});
