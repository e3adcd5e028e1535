/** What the set-up understands on its command line. */
import { parseArgs } from 'node:util';

export const HELP = `Sets up the laboratory in this folder; steps that are up to date are skipped.

  npm run setup [-- flags]

  --offline      use only what is already here or in npm's cache
  --no-native    leave out the native TensorFlow runtime
  --no-jupyter   leave out JupyterLab and the TypeScript kernel
  --help         show this text`;

const OPTIONS = Object.fromEntries(
  ['offline', 'no-native', 'no-jupyter', 'help'].map((name) => [
    name,
    { type: 'boolean', default: false },
  ]),
);

/** The flags by name; throws an Error with a message for the user when one is unknown. */
export function parseFlags(args) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    throw new Error(`${error.message.split('. ')[0]}.\n\n${HELP}`, { cause: error });
  }
}
