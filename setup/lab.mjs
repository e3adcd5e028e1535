/** Starts the command line from what the set-up has built. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const commandLine = fileURLToPath(new URL('../dist/experiments/cli.js', import.meta.url));

process.exitCode = existsSync(commandLine) ? await start() : notSetUp();

function start() {
  // Read by TensorFlow's C++ when it loads: fewer start-up messages, and no claim on a GPU's whole memory.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  const { main } = createRequire(import.meta.url)(commandLine);
  return main(process.argv.slice(2));
}

function notSetUp() {
  console.error('Not set up yet: run npm run setup');
  return 1;
}
