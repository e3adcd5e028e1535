import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { LabError } from '../errors';
import { projectRoot } from '../projectRoot';

/**
 * The interpreter of `.lab/peers`, a Python environment with Keras, which is made from the package index on first use.
 *
 * The program that makes it says on stderr what it does and how long that took, or what is missing (no Python, no network);
 * then this throws a LabError.
 */
export function peerPython(root: string = projectRoot()): string {
  const program = path.join(root, 'setup/makePeers.mjs');
  const made = spawnSync(process.execPath, [program], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (made.status !== 0) {
    throw new LabError(
      'There is no Keras to compare with (see above). Without --peers our own times are measured.',
    );
  }
  const isWindows = process.platform === 'win32';
  return path.join(root, '.lab/peers', isWindows ? 'Scripts/python.exe' : 'bin/python');
}
