import { defineConfig } from 'vitest/config';

// The tests against Keras, timm and facenet-pytorch, which `npm run test:interop` installs.
export default defineConfig({
  test: {
    include: ['test/interop/*.interop.ts'],
    pool: 'forks',
    testTimeout: 600_000,
    // oneDNN's kernels sum in another order from machine to machine.
    env: { TF_CPP_MIN_LOG_LEVEL: '3', TF_ENABLE_ONEDNN_OPTS: '0' },
  },
});
