import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { LabError } from './errors';
import { projectRoot } from './projectRoot';

/** What came of a notebook whose cells all ran. */
export interface NotebookResult {
  readonly path: string;
  /** Number of code cells. */
  readonly cells: number;
  readonly seconds: number;
}

export interface ExecuteOptions {
  /** Longest time for the whole notebook, in seconds; default 300. */
  readonly timeoutSeconds?: number;
  /** The file that the notebook is written into with its outputs, when all cells ran; it may be the notebook itself. */
  readonly output?: string;
}

const runnerOutput = z.object({
  cells: z.number(),
  seconds: z.number(),
  error: z.object({ cell: z.number(), text: z.string() }).nullable(),
});

/** Time for Python and the kernel to start and to end, on top of a notebook's own, in seconds. */
const SLACK_SECONDS = 60;

/** The interpreter of the project's Jupyter environment under `root`; undefined until the set-up has finished it. */
export function jupyterPython(root: string = projectRoot()): string | undefined {
  const isWindows = process.platform === 'win32';
  const python = path.join(root, '.lab/venv', isWindows ? 'Scripts/python.exe' : 'bin/python');
  const isFinished = existsSync(path.join(root, '.lab/stamps/jupyter'));
  return isFinished && existsSync(python) ? python : undefined;
}

/**
 * Serves JupyterLab on the loopback address with the notebooks folder as its root, until it is stopped.
 *
 * `words` go to JupyterLab as they are (`--no-browser`, `--port=...`). Returns its exit code.
 * Throws a LabError when the set-up has not made the Jupyter environment.
 */
export async function startJupyterLab(words: readonly string[] = []): Promise<number> {
  const root = projectRoot();
  const options = [
    '--ServerApp.ip=127.0.0.1',
    `--ServerApp.root_dir=${path.join(root, 'notebooks')}`,
    '--MultiKernelManager.default_kernel_name=tslab',
    '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
    // Jupyter refuses to serve as root without it; loopback address and token protect it.
    ...(process.getuid?.() === 0 ? ['--allow-root'] : []),
  ];
  const server = spawn(requirePython(root), ['-m', 'jupyterlab', ...options, ...words], {
    stdio: 'inherit',
    env: jupyterEnvironment(root),
  });
  const stopForwarding = forwardSignals(server);
  try {
    return await exitCodeOf(server);
  } finally {
    stopForwarding();
  }
}

/**
 * Runs all cells of a notebook with the TypeScript kernel, in the notebook's own folder.
 *
 * Throws a LabError that names the notebook, the code cell (counted from 1) and the error's text when a cell fails, when one
 * leaves an error on stderr (tslab sends Jupyter no error message), when the kernel dies, or when time is up.
 */
export async function executeNotebook(
  notebook: string,
  { timeoutSeconds = 300, output }: ExecuteOptions = {},
): Promise<NotebookResult> {
  const root = projectRoot();
  const file = path.resolve(notebook);
  if (!existsSync(file)) {
    throw new LabError(`There is no notebook ${file}.`);
  }
  const runner = path.join(root, 'lib/notebookRunner.py');
  const words = [runner, file, String(Math.ceil(timeoutSeconds)), ...(output ? [output] : [])];
  const answer = await runPython(root, words, timeoutSeconds + SLACK_SECONDS);
  const { cells, seconds, error } = runnerOutput.parse(JSON.parse(answer));
  if (error) {
    throw new LabError(`${path.relative(root, file)}, code cell ${error.cell}: ${error.text}`);
  }
  return { path: file, cells, seconds };
}

function requirePython(root: string): string {
  const python = jupyterPython(root);
  if (!python) {
    throw new LabError('Jupyter is not set up. Run "npm run setup"; it says what is missing.');
  }
  return python;
}

/** Keeps everything that Jupyter writes for its user inside the project. */
function jupyterEnvironment(root: string): NodeJS.ProcessEnv {
  const folder = (name: string) => path.join(root, '.lab/jupyter', name);
  return {
    ...process.env,
    JUPYTER_CONFIG_DIR: folder('config'),
    JUPYTER_DATA_DIR: folder('data'),
    JUPYTER_RUNTIME_DIR: folder('runtime'),
    IPYTHONDIR: folder('ipython'),
  };
}

/** The last line that a Python program prints. */
async function runPython(root: string, words: string[], seconds: number): Promise<string> {
  const child = spawn(requirePython(root), words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: jupyterEnvironment(root),
    timeout: seconds * 1000,
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  const exitCode = await exitCodeOf(child);
  if (exitCode !== 0) {
    const reason = texts.stderr.trim().split('\n').slice(-3).join('\n');
    throw new LabError(`${words[1]} could not be executed (exit code ${exitCode}): ${reason}`);
  }
  return texts.stdout.trim().split('\n').at(-1) ?? '';
}

/** Resolves when the program has ended and all its output has come; a signal counts as 128, as in a shell. */
function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 128));
  });
}

/** A terminal sends Ctrl-C to the server itself; twice would end it without its question. Returns an undo. */
function forwardSignals(child: ChildProcess): () => void {
  const forward = (signal: NodeJS.Signals): void => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) {
      child.kill(signal);
    }
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  signals.forEach((signal) => process.on(signal, forward));
  return () => signals.forEach((signal) => process.off(signal, forward));
}
