/** Asks a package registry once, with a short limit, before anything big is fetched from it. */
import { join } from 'node:path';

import { npmCommand, whatWentWrong } from './commands.mjs';

/** Longest wait for one answer, in seconds: the ordinary client's own limit, then ours around it. */
const ANSWER_SECONDS = 5;
const CLIENT_SECONDS = 15;

/** Why the npm registry that the user has configured cannot be used now; undefined when it answers. */
export function npmRegistryProblem(context) {
  return context.once('npm registry', () => {
    const limits = [
      '--fetch-retries=0',
      `--fetch-timeout=${ANSWER_SECONDS * 1000}`,
      '--prefer-online',
    ];
    const command = [...npmCommand(context.env), 'view', 'node-api-headers', 'version', ...limits];
    return ask(context, 'npm', command);
  });
}

/** The same for the Python package index, asked by `pip` (a command) for a small wheel. */
export function pipRegistryProblem(context, pip) {
  return context.once('pip registry', () => {
    const limits = ['--retries', '0', '--timeout', `${ANSWER_SECONDS}`, '--no-cache-dir'];
    const target = ['--no-deps', '--dest', join(context.temporary, 'probe'), 'nbclient'];
    return ask(context, 'pip', [...pip, 'download', '--quiet', ...limits, ...target]);
  });
}

async function ask(context, client, command) {
  if (context.offline) return 'it needs the network, and --offline was given';
  const answer = await context.run(`${client}-registry`, command, { seconds: CLIENT_SECONDS });
  if (answer.ok) return undefined;
  return `${client} cannot fetch from the registry that it is set to (${whatWentWrong(answer)})`;
}
