import { defineConfig } from 'vitest/config';

/** Comparisons that need many training steps: npm run test:long. */
export default defineConfig({
  test: {
    include: ['test/**/*.long.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 900_000,
    env: { TF_CPP_MIN_LOG_LEVEL: '3' },
  },
});
