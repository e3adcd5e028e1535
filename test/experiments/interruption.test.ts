import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { convergenceConfig, convergenceConfigs } from '../../experiments/convergence';
import { projectRoot } from '../../lib/projectRoot';
import { ChildProgram, LabProcess, pause, runStatus, smokeRecord, smokeRuns } from './lab';

/** Long enough that no run ends by itself while a test lasts. */
const LONG = {
  'data.name': 'synthetic',
  'data.trainImages': 320,
  'data.testImages': 10,
  epochs: 5000,
};
const words = (overrides: object) =>
  Object.entries(overrides).map(([key, value]) => `${key}=${String(value)}`);

describe('a command that is interrupted', () => {
  it.each([
    ['SIGINT', 130, 7101],
    ['SIGTERM', 143, 7102],
  ] as const)(
    'ends after its step by %s with %i, and goes on from there',
    async (name, code, seed) => {
      const overrides = { ...LONG, seed };
      const [id] = await smokeRuns('train', [
        convergenceConfig('inception-v3', 'smoke', overrides),
      ]);
      const command = ['train', 'inception-v3', '--scale', 'smoke', ...words(overrides)];
      const lab = new LabProcess(command);
      await lab.says('step 1/');
      lab.child.kill(name);
      expect(await lab.ended).toBe(code);
      expect(lab.stderr).toContain('Stopping after this step; press Ctrl-C again to end at once.');
      const stopped = /stopped after step (\d+); the same command goes on from there/;
      const [, step] = stopped.exec(lab.stderr) ?? expect.fail(lab.stderr);
      expect(runStatus('train', id)).toBe('stopped');
      const again = new LabProcess(command);
      await again.says(`goes on from step ${step} `);
      await again.says(`step ${Number(step) + 1}/`);
      expect(runStatus('train', id)).toBe('running');
      again.child.kill('SIGKILL');
      await again.ended;
      expect(runStatus('train', id)).toBe('killed');
    },
  );

  it('starts none of the runs that are left', async () => {
    const overrides = { ...LONG, seed: 7103 };
    const [first, second] = await smokeRuns('convergence', convergenceConfigs('smoke', overrides));
    const lab = new LabProcess(['run', 'convergence', '--scale', 'smoke', ...words(overrides)]);
    await lab.says('step 1/');
    lab.child.kill('SIGINT');
    expect(await lab.ended).toBe(130);
    expect(smokeRecord('convergence', first)?.final?.status).toBe('stopped');
    expect(smokeRecord('convergence', second)).toBeUndefined();
  });

  it('takes what comes at the same moment for one press: npm passes on what the terminal has sent', async () => {
    const overrides = { ...LONG, seed: 7104 };
    const [id] = await smokeRuns('train', [convergenceConfig('inception-v3', 'smoke', overrides)]);
    const lab = new LabProcess(['train', 'inception-v3', '--scale', 'smoke', ...words(overrides)]);
    await lab.says('step 1/');
    lab.child.kill('SIGINT');
    await pause(20);
    lab.child.kill('SIGINT');
    expect(await lab.ended).toBe(130);
    expect(runStatus('train', id)).toBe('stopped');
  });

  it('ends at once the second time, whatever goes on', async () => {
    const file = path.join(projectRoot(), 'dist/experiments/interruption.js');
    // Nothing here looks at the signal, as a run does after its step.
    const program = `
      const { interruption } = require(${JSON.stringify(file)});
      interruption(console.error, () => console.error('at once'));
      setInterval(() => undefined, 1000);
      console.error('ready');`;
    const endless = new ChildProgram(['-e', program]);
    await endless.says('ready');
    endless.child.kill('SIGINT');
    await endless.says('press Ctrl-C again to end at once');
    await pause(400);
    endless.child.kill('SIGINT');
    expect(await endless.ended).toBe(130);
    expect(endless.stderr).toMatch(/at once$/m);
  });
});
