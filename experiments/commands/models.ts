import type { Command } from 'commander';

import { UsageError } from '../../lib/errors';
import { catalogue } from '../../lib/models/catalogue';
import { blockCosts, networkCost } from '../../lib/models/cost';
import { type Deviation, DEVIATIONS, deviationsOf } from '../../lib/models/deviations';
import {
  buildNetwork,
  formsOf,
  NETWORK_FORMS,
  NETWORK_NAMES,
  type NetworkConfig,
  networkConfig,
  type NetworkForm,
} from '../../lib/models/networks';
import { textTable } from '../tables';

interface ModelsOptions {
  readonly form?: string;
  readonly json?: boolean;
}

/** `lab models [network]`: shapes, parameters, multiply-adds and deviations; by block when one network is named. */
export function addModelsCommand(program: Command): void {
  program
    .command('models')
    .argument('[network]', `one of ${NETWORK_NAMES.join(', ')}; default: all`)
    .option('--form <form>', `${NETWORK_FORMS.join(', ')}; default: all that a network has`)
    .option('--json', 'machine-readable')
    .description(
      'output shape, parameters and multiply-adds of every block; deviations from the paper',
    )
    .action((network: string | undefined, { form, json }: ModelsOptions) => {
      const models = chosenConfigs(network, form).map(describe);
      const text =
        network === undefined
          ? `${overview(models)}\n\n${deviationsText(DEVIATIONS)}`
          : [overview(models), ...firstOfEachForm(models).map(toText)].join('\n\n');
      console.log(json ? JSON.stringify(models, null, 2) : text);
    });
}

function chosenConfigs(name: string | undefined, form: string | undefined): NetworkConfig[] {
  const wanted = form === undefined ? undefined : parseForm(form);
  // An unknown network, or a form that the named one lacks, gets its error from networkConfig.
  const network =
    name === undefined ? undefined : networkConfig(name, wanted ?? formsOfNamed(name)[0]);
  return catalogue().filter(
    (config) =>
      (network === undefined || config.name === network.name) &&
      (wanted === undefined || config.form === wanted),
  );
}

function formsOfNamed(name: string): readonly NetworkForm[] {
  return formsOf(networkConfig(name).name);
}

/** The form that a word names. Throws a UsageError for an unknown one. */
export function parseForm(text: string): NetworkForm {
  const form = NETWORK_FORMS.find((candidate) => candidate === text);
  if (!form) {
    throw new UsageError(`Unknown form "${text}": expected one of ${NETWORK_FORMS.join(', ')}.`);
  }
  return form;
}

function describe(config: NetworkConfig) {
  const network = buildNetwork(config);
  const { name, form, classes, auxiliaryHead = false, repeats } = config;
  return {
    ...{ name, form, classes, auxiliaryHead, repeats },
    ...networkCost(network),
    blocks: blockCosts(network),
    deviations: deviationsOf(name, form),
  };
}

type Model = ReturnType<typeof describe>;

function overview(models: readonly Model[]): string {
  const rows = models.map((model) => [model.name, model.form, classes(model), ...counts(model)]);
  return textTable([OVERVIEW_HEAD, ...rows], 3);
}

const OVERVIEW_HEAD = [
  ...['network', 'form', 'classes'],
  ...['trainable', 'with gamma', 'parameters', 'multiply-adds'],
];

/** The heads change a single block: its row in the overview is enough. */
function firstOfEachForm(models: readonly Model[]): readonly Model[] {
  return models.filter(({ form }, index) => models[index - 1]?.form !== form);
}

function classes({ classes, auxiliaryHead }: Model): string {
  return auxiliaryHead ? `${classes} + aux` : classes === 0 ? 'none' : String(classes);
}

function counts(model: Model): string[] {
  const { trainableParameters, parametersWithGamma, parameters, multiplyAdds } = model;
  return [trainableParameters, parametersWithGamma, parameters, multiplyAdds].map((value) =>
    value.toLocaleString('en'),
  );
}

function toText(model: Model): string {
  const { name, form, blocks, ...total } = model;
  return [
    `${name} (${form}, classes: ${classes(model)})`,
    textTable([
      ['block', 'output', 'parameters', 'multiply-adds'],
      ...blocks.map(({ block, output, ...cost }) => [block, output.join('x'), ...costs(cost)]),
      ['total', '', ...costs(total)],
    ]),
    `trainable parameters: ${total.trainableParameters.toLocaleString('en')}`,
    deviationsText(total.deviations),
  ].join('\n');
}

function costs({ parameters, multiplyAdds }: Pick<Model, 'parameters' | 'multiplyAdds'>): string[] {
  return [parameters, multiplyAdds].map((value) => value.toLocaleString('en'));
}

function deviationsText(deviations: readonly Deviation[]): string {
  const entries = deviations.map(
    ({ id, source, networks, forms, printed, built, why }) =>
      `${String(id).padStart(2)}. ${source}, ${networks.join(', ')} (${forms.join(', ')})\n` +
      `    printed: ${printed}\n    built:   ${built}\n    why:     ${why}`,
  );
  return ['deviations from what is printed:', ...entries].join('\n');
}
