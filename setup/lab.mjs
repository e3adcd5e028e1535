/** Starts the command line from what the set-up has built. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const commandLine = fileURLToPath(new URL('../dist/experiments/cli.js', import.meta.url));

if (existsSync(commandLine)) {
  // Read by TensorFlow's C++ when it loads: no start-up messages, and no claim on a GPU's whole memory.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  // The command line reads its arguments from process.argv, whose second entry is the program.
  process.argv[1] = commandLine;
  createRequire(import.meta.url)(commandLine);
} else {
  console.error('Not set up yet: run npm run setup');
  process.exitCode = 1;
}
