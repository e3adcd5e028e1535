import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { LabError, UsageError } from '../../lib/errors';
import { buildNetwork, networkConfig } from '../../lib/models/networks';
import { networkParameters } from '../../lib/models/parameters';
import { projectRoot } from '../../lib/projectRoot';
import { openModel } from '../../lib/results/evaluatedModel';
import type { RecordedOutcome } from '../../lib/results/recordedRun';
import { recordFile } from '../../lib/results/store';
import { checkpointWeights } from '../../lib/run/finalTensors';
import { writeCheckpoint } from '../../lib/training/checkpointFile';
import { saveWeights } from '../../lib/weights/ownFormat';
import { writeSafetensors } from '../../lib/weights/safetensorsWriter';
import { numbers } from '../weights/madeWeights';
import { emptyFolder, work } from './smallRuns';

// In the folder of results, where ids are looked up.
const folder = path.join(projectRoot(), 'results', `models-test-${process.pid}`);
let outcome: RecordedOutcome;
let checkpoint: string;
beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  outcome = await work(folder);
  checkpoint = outcome.checkpoint as string;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ONE_STEP = { 'data.trainImages': 16, epochs: 1 };

/** All tensors of a model by name, and how it calls itself. */
function everything(reference: string, weights?: 'averaged' | 'raw') {
  const { read, close, config, ...facts } = openModel(reference, weights);
  const names = networkParameters(buildNetwork(config)).map(({ name }) => name);
  const tensors = new Map(names.map((name) => [name, read(name)]));
  close();
  return { tensors, config, facts };
}

/** The tensors that a checkpoint keeps under a prefix, without it. */
function kept(prefix: string): ReadonlyMap<string, Float32Array> {
  const all = [...checkpointWeights(checkpoint, outcome.record.run.id)];
  return new Map(
    all
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, values]) => [name.slice(prefix.length), values]),
  );
}

describe('a run', () => {
  it('gives its averages, or its raw parameters, by whatever name it goes', () => {
    const { id, config } = outcome.record.run;
    const record = recordFile(folder, id);
    const averaged = everything(id);
    expect(averaged.facts).toMatchObject({
      ...{ name: 'inception-resnet-v1', reference: id, weights: 'averaged', run: id, step: 8 },
      trainedOn: config.data,
    });
    expect(averaged.config).toEqual(config.network);
    expect(averaged.tensors).toEqual(kept('averages/'));
    expect(everything(record)).toEqual(averaged);
    expect(everything(checkpoint)).toEqual({
      ...averaged,
      facts: { ...averaged.facts, reference: `${id}, step 8` },
    });

    const raw = everything(record, 'raw');
    expect(raw.tensors).toEqual(kept('parameters/'));
    expect(raw.facts.weights).toBe('raw');
    expect(raw.facts.sha256).not.toBe(averaged.facts.sha256);
  });

  it('is found by a checkpoint that was moved elsewhere', () => {
    const moved = path.join(emptyFolder(), path.basename(checkpoint));
    copyFileSync(checkpoint, moved);
    expect(everything(moved).facts.run).toBe(outcome.record.run.id);
  });

  it('without checkpoints says where they are expected', async () => {
    const own = emptyFolder();
    const { record } = await work(own, {}, ONE_STEP);
    rmSync(path.join(own, 'checkpoints'), { recursive: true });
    expect(() => openModel(recordFile(own, record.run.id))).toThrow(
      /has no checkpoint in .*stay on the machine that trained it/,
    );
  });

  it('of which the record is gone is named by its checkpoint', async () => {
    const own = emptyFolder();
    const { record, checkpoint: file } = await work(own, {}, { ...ONE_STEP, seed: 1 });
    renameSync(recordFile(own, record.run.id), path.join(own, 'elsewhere'));
    expect(() => openModel(file as string)).toThrow(
      new RegExp(`a checkpoint of the run ${record.run.id}, whose record .* expected it at`),
    );
  });

  it('that diverged is refused', () => {
    const { run } = outcome.record;
    const own = emptyFolder();
    copyFileSync(recordFile(folder, run.id), recordFile(own, run.id));
    const file = forged(own, (name, values) =>
      name === 'averages/stem/conv1/beta' ? values.fill(NaN) : values,
    );
    expect(() => openModel(file)).toThrow(
      /"averages\/stem\/conv1\/beta" holds NaN.*training that wrote it had diverged/s,
    );
    expect(openAndClose(file, 'raw')).toBe('raw');
  });

  it('of which the record does not fit is refused', () => {
    const { run } = outcome.record;
    const own = emptyFolder();
    const wide = {
      ...run,
      config: { ...run.config, network: { ...run.config.network, width: 1 } },
    };
    writeFileSync(recordFile(own, run.id), `${JSON.stringify(wide)}\n`);
    expect(() => openModel(forged(own))).toThrow(/"stem\/conv1\/kernel" has \d+ numbers: expected/);
    const none = { ...run, config: { ...run.config, network: { name: 'inception-v9' } } };
    writeFileSync(recordFile(own, run.id), `${JSON.stringify(none)}\n`);
    expect(() => openModel(forged(own))).toThrow(/names a network that cannot be built: name/);
  });
});

function openAndClose(file: string, which: 'raw' | 'averaged'): string {
  const { weights, close } = openModel(file, which);
  close();
  return weights;
}

/** A checkpoint of the same run in the place for it below a folder, with some tensors changed. */
function forged(
  below: string,
  change = (_: string, values: Float32Array): Float32Array => values,
): string {
  const { id, config } = outcome.record.run;
  const shapes = networkParameters(buildNetwork(config.network));
  const tensors = ['averages/', 'parameters/'].flatMap((prefix) => {
    const values = kept(prefix);
    return shapes.map(({ name, shape }) => {
      const changed = change(prefix + name, (values.get(name) as Float32Array).slice());
      return [prefix + name, { shape, dataSync: () => changed }] as const;
    });
  });
  const position = {
    ...{ epoch: 2, batch: 0, step: 8, totals: { loss: 0, misses: 0, images: 0, seconds: 0 } },
    ...{ zeroSteps: 0, epochs: outcome.record.epochs, probes: 0 },
  };
  return writeCheckpoint(
    path.join(below, 'checkpoints', id),
    { run: id, seconds: 1, commits: [] },
    position as unknown as Parameters<typeof writeCheckpoint>[2],
    new Map(tensors) as unknown as Parameters<typeof writeCheckpoint>[3],
  );
}

describe('a weight file', () => {
  it('gives its tensors, without the auxiliary head', () => {
    const file = path.join(emptyFolder(), 'small.safetensors');
    const config = networkConfig('inception-v3', 'small');
    const own = { ...config, auxiliaryHead: true };
    saveWeights(file, own, (name) => numbersOf(name, own));
    const opened = everything(file);
    expect(opened.facts).toMatchObject({ reference: 'small.safetensors', weights: 'file' });
    expect(opened.facts.run).toBeUndefined();
    expect(opened.config).toEqual(config);
    expect(opened.tensors.get('stem/conv1/beta')).toEqual(numbersOf('stem/conv1/beta', own));
  });

  it('with the tensors of a run has its fingerprint; one number off, it has another', () => {
    const file = path.join(emptyFolder(), 'copy.safetensors');
    const { network } = outcome.record.run.config;
    const values = kept('averages/');
    saveWeights(file, network, (name) => values.get(name) as Float32Array);
    const whole = everything(file).facts.sha256;
    expect(whole).toBe(everything(checkpoint).facts.sha256);
    saveWeights(file, network, (name) =>
      (values.get(name) as Float32Array).map((value, index) =>
        name === 'stem/conv1/kernel' && index === 3 ? value + 1e-6 : value,
      ),
    );
    expect(everything(file).facts.sha256).not.toBe(whole);
  });

  it('without a classifier is refused', () => {
    const file = path.join(emptyFolder(), 'headless.safetensors');
    const config = { ...networkConfig('inception-v3', 'small'), classes: 0 };
    saveWeights(file, config, (name) => numbersOf(name, config));
    expect(() => openModel(file)).toThrow(/inception-v3 without a classifier/);
  });

  it('of another kit is to be imported first', () => {
    const own = emptyFolder();
    const timm = path.join(own, 'timm.safetensors');
    const tensors = [{ name: 'features.0.conv.weight', shape: [2] }];
    writeSafetensors(timm, tensors, {}, () => new Float32Array(2));
    expect(() => openModel(timm)).toThrow(/"lab import .*timm\.safetensors --as <network>"/);
    const keras = path.join(own, 'keras.h5');
    writeFileSync(keras, readFileSync(path.join(__dirname, '../weights/h5pyTypes.h5')));
    expect(() => openModel(keras)).toThrow(
      /file of Keras.*"lab import .*keras\.h5 --as <network>"/,
    );
  });
});

function numbersOf(tensor: string, config: Parameters<typeof buildNetwork>[0]): Float32Array {
  const parameter = networkParameters(buildNetwork(config)).find(({ name }) => name === tensor);
  return numbers(tensor, parameter?.shape ?? []);
}

describe('what is neither file nor run', () => {
  it.each([
    ['no-such-run', UsageError, /No recorded run is called "no-such-run"/],
    ['nowhere/weights.safetensors', UsageError, /There is no file nowhere\/weights/],
    ['nowhere/run.jsonl', UsageError, /There is no file/],
    [__filename, LabError, /evaluatedModel\.test\.ts/],
  ])('%s', (reference, kind, message) => {
    expect(() => openModel(reference)).toThrow(kind);
    expect(() => openModel(reference)).toThrow(message);
  });
});
