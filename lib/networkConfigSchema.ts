import { formsOf, type NetworkConfig } from './models/networks';
import { networkSchema } from './models/networkSchema';

/** What is asked of a network that is to be trained, with the setting that is wrong otherwise. */
interface Requirement {
  readonly setting: keyof NetworkConfig;
  readonly holds: (network: NetworkConfig) => boolean;
  readonly expected: (network: NetworkConfig) => string;
}

const REQUIREMENTS: readonly Requirement[] = [
  {
    setting: 'form',
    holds: ({ name, form }) => formsOf(name).includes(form),
    expected: ({ name }) => `a form of ${name}: ${formsOf(name).join(', ')}`,
  },
  {
    setting: 'filters',
    holds: ({ form, filters }) => (filters === undefined) === (form !== 'study'),
    expected: ({ form }) =>
      form === 'study'
        ? 'the filters of the last grid, e.g. 1792'
        : 'none: only the form study has them, the others have network.width',
  },
  {
    setting: 'width',
    holds: ({ form, width }) => form !== 'study' || width === 1,
    expected: () => '1: network.filters makes the form study wider',
  },
  {
    setting: 'lastBatchNorm',
    holds: ({ name, form, repeats, lastBatchNorm }) =>
      !lastBatchNorm ||
      (name.startsWith('inception-resnet') && form !== 'published' && repeats.c > 0),
    expected: () =>
      'false: only an Inception-ResNet as the paper has it ends in a residual sum to put it on',
  },
];

/** What a network's config must be to be trained: of a form that there is, with settings that go together, with classes. */
export const networkConfigSchema = networkSchema
  .extend({ classes: networkSchema.shape.classes.min(2) })
  .check(({ value, issues }) => {
    for (const { setting, holds, expected } of REQUIREMENTS) {
      if (!holds(value)) {
        const message = `expected ${expected(value)}`;
        issues.push({ code: 'custom', path: [setting], message, input: value });
      }
    }
  });
