import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { main } from '../../experiments/cli';
import { convergenceConfig } from '../../experiments/convergence';
import { selectBackend } from '../../lib/backend/select';
import { buildNetwork } from '../../lib/models/networks';
import { createParameters } from '../../lib/models/parameterValues';
import { projectRoot } from '../../lib/projectRoot';
import { openModel } from '../../lib/results/evaluatedModel';
import { type EvaluationRecord, parseEvaluation } from '../../lib/results/evaluationRecord';
import { recordFolder } from '../../lib/results/store';
import { evaluation } from '../../lib/run/evaluation';
import { saveWeights } from '../../lib/weights/ownFormat';
import { newFolder } from '../results/smallRuns';
import { LabProcess } from './lab';

const folder = newFolder();
const weights = path.join(folder, 'weights.safetensors');
const records = recordFolder('evaluate', 'standard');
let sha256: string;

beforeAll(async () => {
  await selectBackend();
  const { network } = convergenceConfig('inception-v3', 'smoke');
  // Other weights than an earlier test's, whose predictions would be found.
  const parameters = createParameters(buildNetwork(network), () => process.pid);
  saveWeights(weights, network, (name) =>
    (parameters.get(name) as tf.Variable).dataSync<'float32'>(),
  );
  tf.dispose([...parameters.values()]);
  const model = openModel(weights);
  ({ sha256 } = model);
  model.close();
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  [path.join(projectRoot(), '.lab/predictions'), records].forEach(removeOwn);
});

/** Takes away the files of a folder that have the fingerprint of these weights. */
function removeOwn(files: string): void {
  for (const name of existsSync(files) ? readdirSync(files) : []) {
    const file = path.join(files, name);
    if (readFileSync(file).includes(sha256)) rmSync(file);
  }
}

/** What must be the same however often an evaluation was interrupted. */
function timeless({ startedAt: _, seconds: __, ...rest }: EvaluationRecord) {
  return rest;
}

const ENDS_EARLY = ['--data', 'synthetic', '--limit', '20', '--json'];

describe('lab evaluate', () => {
  it('goes on after Ctrl-C and after a kill, and ends as if nothing had happened', async () => {
    const words = ['evaluate', weights, '--data', 'synthetic', '--crops', '144', '--batch', '12'];
    const stopped = new LabProcess(words);
    await stopped.says('image 13/128');
    stopped.child.kill('SIGINT');
    expect(await stopped.ended).toBe(130);
    expect(stopped.stderr).toContain('Stopped; the same command goes on from there.');
    expect(stopped.stdout).toBe('');

    const killed = new LabProcess(words);
    await killed.says(/image (39|52|64)\/128/);
    killed.child.kill('SIGKILL');
    expect(await killed.ended).toBe('SIGKILL');
    // It did not begin again.
    expect(killed.stderr).toMatch(/image (?!0\/)\d+\/128/);
    expect(killed.stderr).not.toContain('image 0/128');

    const last = new LabProcess([...words, '--json']);
    expect(await last.ended).toBe(0);
    expect(last.stderr).not.toContain('image 0/128');
    const resumed = parseEvaluation(last.stdout, 'stdout');

    const whole = await evaluation(
      [weights],
      { data: 'synthetic', crops: 144, batchSize: 12 },
      { name: 'evaluate', folder, predictions: path.join(folder, 'predictions') },
    );
    expect(timeless(resumed)).toEqual(timeless(whole.record as EvaluationRecord));
    expect(resumed.metrics.images).toBe(128);
  });

  it('prints errors with intervals, the worst classes and where the record is', async () => {
    const lab = new LabProcess(['evaluate', weights, ...ENDS_EARLY.slice(0, -1)]);
    expect(await lab.ended).toBe(0);
    expect(lab.stdout).toMatch(/^20 images of synthetic, 1 crop each$/m);
    expect(lab.stdout).toMatch(/^top-1 error +\d+\.\d\d % +\d+\.\d\d to \d+\.\d\d +\d+ of 20$/m);
    expect(lab.stdout).toMatch(/^worst classes +top-1 error/m);
    const [, file] = /record: (\S+\.json)/.exec(lab.stderr) ?? expect.fail(lab.stderr);
    const record = parseEvaluation(readFileSync(path.resolve(file), 'utf8'), file);
    expect(record).toMatchObject({ data: { images: 20, of: 128 }, models: [{ sha256 }] });

    const again = new LabProcess(['evaluate', weights, ...ENDS_EARLY]);
    expect(await again.ended).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual(record);
  });

  it.each<[string[], RegExp]>([
    [['--crops', '10'], /--crops is "10": expected 1, 12 or 144/],
    [['--limit', 'all'], /--limit is "all": expected a whole number from 1/],
    [['--weights', 'best'], /--weights is "best"/],
    [[], /do not say what they were trained on: name the images/],
  ])('refuses %j with exit code 2', async (words, message) => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const exitCode = await main(['evaluate', weights, ...words]);
    const texts = print.mock.calls.flat().join();
    print.mockRestore();
    expect([exitCode, texts]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('lab predict', () => {
  it('names an image that cannot be read, and predicts the others', async () => {
    const [text, grey] = ['text.png', 'grey.png'].map((name) => path.join(folder, name));
    writeFileSync(text, 'no image');
    // A grey pixel, as PNG.
    const png =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';
    writeFileSync(grey, Buffer.from(png, 'base64'));
    const lab = new LabProcess(['predict', weights, text, grey, '--json']);
    expect(await lab.ended).toBe(1);
    expect(lab.stderr).toContain(text);
    const [one, ...others] = JSON.parse(lab.stdout) as { image: string; top: object[] }[];
    expect([one.image, one.top.length, others]).toEqual([grey, 5, []]);
    expect(one.top[0]).toHaveProperty('probability');
  });
});
