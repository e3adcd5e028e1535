import { defineConfig } from 'vitest/config';

// The suite that needs Python's keras, timm and torch: npm run test:interop.
export default defineConfig({
  test: {
    include: ['test/interop/**/*.interop.ts'],
    pool: 'forks',
    env: { TF_CPP_MIN_LOG_LEVEL: '3' },
  },
});
