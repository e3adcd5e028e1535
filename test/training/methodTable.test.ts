import { readFileSync } from 'node:fs';

import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';

import { methodMarkdown, methodText } from '../../experiments/methodTexts';
import { defaultConfig, overrideConfig } from '../../lib/config';
import { readmeFile, replaceTable } from '../../lib/results/readmeTable';
import { methodTable } from '../../lib/training/methodTable';

const config = defaultConfig('inception-v3');

/** Another value for every setting of the table, as strings of a config would have them. */
const OTHER_VALUES: Readonly<Record<string, unknown>> = {
  'optimizer.name': 'momentum',
  'optimizer.decay': 0.8,
  'optimizer.epsilon': 0.5,
  'optimizer.momentum': 0.7,
  'optimizer.learningRate': 0.1,
  'optimizer.linearRate': 0.01,
  'optimizer.decayRate': 0.16,
  'optimizer.decayEpochs': 30,
  schedule: 'cosine',
  warmUp: { kind: 'linear', learningRate: 0, epochs: 1 },
  gradientClip: 2,
  batchSize: 16,
  accumulation: 4,
  epochs: 7,
  earlyStopping: { patience: 3 },
  labelSmoothing: 0.2,
  weightDecay: 0.0001,
  auxiliaryLossWeight: 0.3,
  'network.auxiliaryHead': true,
  'network.dropoutKeep': 0.5,
  'network.residualScale.a': 1,
  'network.residualScale.b': 1,
  'network.residualScale.c': 1,
  averageDecay: 0.99,
  batchNormDecay: 0.9,
  'data.augment': false,
  'data.crops': 'randomSize',
};

describe('the table of the method', () => {
  it.each([
    ['RMSProp decay', '0.9'],
    ['RMSProp epsilon, inside the root', '1'],
    ['learning rate', '0.045'],
    ['its decay', '0.94 every 2 epochs'],
    ['label smoothing', '0.1'],
    ['L2 weight decay of kernels', '0.00004'],
    ['average of the parameters, decay', '0.9999'],
    ['batch normalisation, decay', '0.9997'],
    ['batch normalisation, epsilon', '0.001'],
    ['share that dropout keeps', '0.8'],
  ])('%s: %s', (setting, here) => {
    expect(methodTable().find((row) => row.setting === setting)?.here).toBe(here);
  });

  it('reads what is here from the config, whatever key is changed', () => {
    const keys = methodTable().flatMap((row) => row.keys);
    expect([...keys].sort()).toEqual(Object.keys(OTHER_VALUES).sort());
    for (const row of methodTable()) {
      for (const key of row.keys) {
        const changed = overrideConfig(config, { [key]: OTHER_VALUES[key] });
        const here = methodTable(changed).find(({ setting }) => setting === row.setting)?.here;
        expect(here, key).not.toBe(row.here);
      }
    }
  });

  it.each([
    [
      'learning rate',
      { 'optimizer.linearRate': 0.01 },
      '0.045; 0.01 times that in linear layers before residual sums',
    ],
    ['warm-up', { warmUp: { kind: 'constant', learningRate: 0, steps: 5 } }, 'constant'],
    [
      'warm-up',
      { warmUp: { kind: 'constant', learningRate: 0.01, untilError: 80 } },
      'constant, until the training error is 80 %',
    ],
    [
      'augmentation',
      { 'data.crops': 'randomSize' },
      'crops of random size and shape, 30 to 100 % of the area, mirrored',
    ],
  ])('says of the %s with %j: %s', (setting, overrides, here) => {
    const rows = methodTable(overrideConfig(config, overrides));
    expect(rows.find((row) => row.setting === setting)?.here).toBe(here);
  });

  it('stands in the README as it is now, as Prettier would write it', async () => {
    const table = methodMarkdown(methodTable());
    const readme = readFileSync(readmeFile(), 'utf8');
    expect(replaceTable(readme, 'method', table), 'run "npm run lab -- method table"').toBe(readme);
    const options = { ...(await resolveConfig(readmeFile())), parser: 'markdown' };
    expect(await format(table, options)).toBe(`${table}\n`);
  });

  it('is printed with the keys', () => {
    expect(methodText(methodTable())).toMatch(/0\.94 every 2 epochs +optimizer\.decayRate, opt/);
  });
});
