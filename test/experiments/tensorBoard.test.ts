import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { convergenceConfig } from '../../experiments/convergence';
import { selectBackend } from '../../lib/backend/select';
import { openTensorBoard } from '../../lib/results/tensorBoard';
import { hasTensorflow } from '../hasTensorflow';
import { LabProcess, smokeRecord, smokeRuns } from './lab';

const STEP = {
  ...{
    epoch: 1,
    step: 1,
    totalSteps: 10,
    loss: 2,
    learningRate: 0.1,
    top1Error: 90,
    stepTop1Error: 90.625,
    images: 32,
  },
};

// What is in the files is tested with TensorBoard's own reader: npm run test:interop.
describe('event files for TensorBoard', () => {
  it('are refused before the run where TensorFlow is missing', async () => {
    const overrides = { 'data.name': 'synthetic', seed: 7401, backend: 'wasm' };
    const [id] = await smokeRuns('train', [convergenceConfig('inception-v3', 'smoke', overrides)]);
    const words = Object.entries(overrides).map(([key, value]) => `${key}=${value}`);
    const lab = new LabProcess([
      ...['train', 'inception-v3', '--scale', 'smoke', '--tensorboard', ...words],
    ]);
    expect(await lab.ended).toBe(2);
    expect(lab.stderr).toContain('the backend is wasm: leave --tensorboard out');
    expect(smokeRecord('train', id)).toBeUndefined();
  });

  it.runIf(hasTensorflow)(
    'appear with the first number, or name the folder that refuses them',
    async () => {
      await selectBackend('tensorflow');
      const place = mkdtempSync(path.join(tmpdir(), 'events-'));
      onTestFinished(() => rmSync(place, { recursive: true, force: true }));
      const folder = path.join(place, 'a/run');
      const log = await openTensorBoard(folder);
      log.flush();
      expect(existsSync(folder)).toBe(false);
      log.step(STEP);
      expect(existsSync(folder)).toBe(true);
      writeFileSync(path.join(place, 'file'), '');
      const refused = await openTensorBoard(path.join(place, 'file/run'));
      expect(() => refused.step(STEP)).toThrow(
        /file\/run cannot be written for TensorBoard: .*Free/,
      );
    },
  );
});
