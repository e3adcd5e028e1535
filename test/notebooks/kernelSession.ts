import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { jupyterPython } from '../../lib/jupyter';
import { projectRoot } from '../../lib/projectRoot';

/** What a cell put out, in order. */
export interface CellResult {
  readonly status: string;
  readonly outputs: readonly {
    readonly kind: string;
    readonly time: number;
    readonly text: string;
  }[];
}

/** A cell that a session runs. */
export interface SessionCell {
  readonly code: string;
  /** The cell is interrupted once its outputs hold this. */
  readonly interruptAt?: string;
  readonly interrupts?: number;
}

/** Runs cells in the TypeScript kernel, in the folder of the notebooks. */
export async function runCells(
  cells: readonly SessionCell[],
): Promise<{ cells: CellResult[]; isAlive: boolean }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kernel-'));
  const file = path.join(folder, 'cells.json');
  writeFileSync(file, JSON.stringify(cells));
  const { stdout } = await promisify(execFile)(
    jupyterPython() as string,
    [path.join(__dirname, 'kernelSession.py'), file],
    {
      cwd: path.join(projectRoot(), 'notebooks'),
      env: { ...process.env, JUPYTER_RUNTIME_DIR: folder, IPYTHONDIR: folder },
      maxBuffer: 2 ** 26,
    },
  );
  rmSync(folder, { recursive: true });
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Awaited<
    ReturnType<typeof runCells>
  >;
}
