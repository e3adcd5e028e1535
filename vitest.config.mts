import { defineConfig } from 'vitest/config';

// CI counts the tests from this file.
const reportFile = process.env.LAB_TEST_REPORT;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // TensorFlow's runtime is one per process and uses both cores: one worker process, one file after the other.
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    env: { TF_CPP_MIN_LOG_LEVEL: '3' },
    reporters: reportFile ? ['default', ['json', { outputFile: reportFile }]] : ['default'],
  },
});
