import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { convergenceConfigs } from '../../experiments/convergence';
import { RunFiles } from '../../lib/results/runFiles';
import { recordFolder } from '../../lib/results/store';
import { openSafetensors } from '../../lib/weights/safetensors';
import { hasTensorflow } from '../hasTensorflow';
import { LabProcess, pause, removeRun, runStatus, smokeRecord, smokeRuns } from './lab';

const SMALL = {
  'data.name': 'synthetic',
  'data.trainImages': 96,
  'data.testImages': 40,
  epochs: 2,
};
const ENDLESS = { ...SMALL, epochs: 5000 };

function labRun(overrides: object, ...options: string[]): LabProcess {
  const words = Object.entries(overrides).map(([key, value]) => `${key}=${String(value)}`);
  return new LabProcess(['run', 'convergence', '--scale', 'smoke', ...words, ...options]);
}

/** All that a run computes, its weights and optimizer too: the same config and seed give the same, to the last bit. */
function computed(id: string) {
  const record = smokeRecord('convergence', id) ?? expect.fail(`no record of ${id}`);
  const numbers = record.epochs.map((line) => ({ ...line, seconds: undefined }));
  const { config, data } = record.run;
  const { probes, final } = record;
  return { config, data, numbers, probes, status: final?.status, tensors: tensorsHash(id) };
}

/** Of the last checkpoint. */
function tensorsHash(id: string): string {
  const { checkpoints } = new RunFiles(recordFolder('convergence', 'smoke'), id);
  const source = openSafetensors(checkpoints.newestFile() ?? expect.fail(`no checkpoint of ${id}`));
  const hash = createHash('sha256');
  for (const [name, shape] of source.shapes) {
    hash.update(`${name} ${shape.join('x')}`).update(source.read(name));
  }
  source.close();
  expect(source.shapes.size).toBeGreaterThan(100);
  return hash.digest('hex');
}

/** Process ids of the processes that a process has started. */
function childrenOf(pid: number | undefined): readonly number[] {
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
    return stdout.trim().split('\n').map(Number);
  }
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.filter((name) => parentOf(name) === pid).map(Number);
}

/** The parent of a process on Linux; undefined when it has ended meanwhile. */
function parentOf(name: string): number | undefined {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

describe('lab run --jobs', () => {
  it.runIf(hasTensorflow)('gives the same records, bit for bit, at 1 and at 2', async () => {
    const overrides = { ...SMALL, seed: 7201 };
    const ids = await smokeRuns('convergence', convergenceConfigs('smoke', overrides));
    const records = async (jobs: string) => {
      ids.forEach((id) => removeRun('convergence', id));
      expect(await labRun(overrides, '--jobs', jobs).ended).toBe(0);
      return ids.map((id) => computed(id));
    };
    const alone = await records('1');
    expect(alone.map(({ status, numbers }) => [status, numbers.length])).toEqual([
      ['done', 2],
      ['done', 2],
    ]);
    expect(await records('2')).toEqual(alone);
  });

  it('goes on when one of its processes dies, and says so', async () => {
    const overrides = { ...SMALL, epochs: 30, seed: 7202 };
    const ids = await smokeRuns('convergence', convergenceConfigs('smoke', overrides));
    const lab = labRun(overrides, '--jobs', '2');
    await lab.says(/\[1\/2\].*step/);
    process.kill(childrenOf(lab.child.pid)[0], 'SIGKILL');
    expect(await lab.ended).toBe(1);
    expect(lab.stderr).toContain('failed: Its process has ended with SIGKILL');
    expect(lab.stderr).toContain('1 of 2 runs failed');
    const statuses = ids.map((id) => smokeRecord('convergence', id)?.final?.status);
    expect(statuses.filter((status) => status === 'done')).toHaveLength(1);
  });

  it('stops all of them when it is interrupted', async () => {
    const overrides = { ...ENDLESS, seed: 7203 };
    const ids = await smokeRuns('convergence', convergenceConfigs('smoke', overrides));
    const lab = labRun(overrides, '--jobs', '2');
    await Promise.all([lab.says(/\[1\/2\].*step/), lab.says(/\[2\/2\].*step/)]);
    lab.child.kill('SIGINT');
    expect(await lab.ended).toBe(130);
    ids.forEach((id) => expect(smokeRecord('convergence', id)?.final?.status).toBe('stopped'));
  });

  it('ends all of them at once when it is interrupted a second time', async () => {
    // Steps of seconds: no run can stop by itself meanwhile.
    const slow = { batchSize: 96, 'network.width': 1 };
    const overrides = { ...ENDLESS, ...slow, seed: 7205 };
    const ids = await smokeRuns('convergence', convergenceConfigs('smoke', overrides));
    const lab = labRun(overrides, '--jobs', '2');
    await Promise.all([lab.says(/\[1\/2\].*step/), lab.says(/\[2\/2\].*step/)]);
    lab.child.kill('SIGINT');
    await lab.says('Stopping after this step');
    await pause(400);
    lab.child.kill('SIGINT');
    expect(await lab.ended).toBe(130);
    const running = () => ids.filter((id) => runStatus('convergence', id) === 'running');
    for (let waited = 0; running().length > 0 && waited < 2000; waited += 50) await pause(50);
    expect(ids.map((id) => runStatus('convergence', id))).toEqual(['killed', 'killed']);
  });

  it('leaves none of them behind when it is killed', async () => {
    const overrides = { ...ENDLESS, seed: 7204 };
    const ids = await smokeRuns('convergence', convergenceConfigs('smoke', overrides));
    const lab = labRun(overrides, '--jobs', '2');
    await Promise.all([lab.says(/\[1\/2\].*step/), lab.says(/\[2\/2\].*step/)]);
    lab.child.kill('SIGKILL');
    const left = () => ids.filter((id) => !smokeRecord('convergence', id)?.final);
    for (let waited = 0; left().length > 0 && waited < 20_000; waited += 100) await pause(100);
    expect(left()).toEqual([]);
  });
});
