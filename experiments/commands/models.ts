import type { Command } from 'commander';

import { UsageError } from '../../lib/errors';
import { blockCosts, networkCost } from '../../lib/models/cost';
import {
  buildNetwork,
  formsOf,
  NETWORK_FORMS,
  NETWORK_NAMES,
  type NetworkConfig,
  networkConfig,
  type NetworkForm,
} from '../../lib/models/networks';

interface ModelsOptions {
  readonly form?: string;
  readonly json?: boolean;
}

/** `lab models [network]`: shapes, parameters and multiply-adds; by block when one network is named. */
export function addModelsCommand(program: Command): void {
  program
    .command('models')
    .argument('[network]', `one of ${NETWORK_NAMES.join(', ')}; default: all`)
    .option('--form <form>', `${NETWORK_FORMS.join(', ')}; default: all that a network has`)
    .option('--json', 'machine-readable')
    .description('output shape, parameters and multiply-adds of every block')
    .action((network: string | undefined, { form, json }: ModelsOptions) => {
      const models = chosenConfigs(network, form).map(describe);
      const text = network === undefined ? overview(models) : models.map(toText).join('\n\n');
      console.log(json ? JSON.stringify(models, null, 2) : text);
    });
}

function chosenConfigs(name: string | undefined, form: string | undefined): NetworkConfig[] {
  if (name !== undefined && form !== undefined) {
    return [networkConfig(name, parseForm(form))];
  }
  // An unknown name gets its error from networkConfig.
  const names = name === undefined ? NETWORK_NAMES : [networkConfig(name).name];
  const wanted = form === undefined ? NETWORK_FORMS : [parseForm(form)];
  return names.flatMap((network) => {
    const forms = formsOf(network).filter((candidate) => wanted.includes(candidate));
    return forms.map((candidate) => networkConfig(network, candidate));
  });
}

function parseForm(text: string): NetworkForm {
  const form = NETWORK_FORMS.find((candidate) => candidate === text);
  if (!form) {
    throw new UsageError(`Unknown form "${text}": expected one of ${NETWORK_FORMS.join(', ')}.`);
  }
  return form;
}

function describe(config: NetworkConfig) {
  const network = buildNetwork(config);
  const { name, form } = config;
  return { name, form, ...networkCost(network), blocks: blockCosts(network) };
}

type Model = ReturnType<typeof describe>;

function overview(models: readonly Model[]): string {
  const row = (cells: readonly string[]): string =>
    cells[0].padEnd(22) +
    cells[1].padEnd(12) +
    cells
      .slice(2)
      .map((cell) => cell.padStart(18))
      .join('');
  const numbers = ({ trainableParameters, parameters, multiplyAdds }: Model): string[] =>
    [trainableParameters, parameters, multiplyAdds].map((value) => value.toLocaleString('en'));
  return [
    row(['network', 'form', 'trainable', 'parameters', 'multiply-adds']),
    ...models.map((model) => row([model.name, model.form, ...numbers(model)])),
  ].join('\n');
}

function toText({ name, form, blocks, ...total }: Model): string {
  const row = (cells: readonly (string | number)[]): string => {
    const [block, output, parameters, multiplyAdds] = cells.map((cell) =>
      cell.toLocaleString('en'),
    );
    return `${block.padEnd(22)}${output.padStart(14)}${parameters.padStart(14)}${multiplyAdds.padStart(18)}`;
  };
  return [
    `${name} (${form})`,
    row(['block', 'output', 'parameters', 'multiply-adds']),
    ...blocks.map((cost) =>
      row([cost.block, cost.output.join('x'), cost.parameters, cost.multiplyAdds]),
    ),
    row(['total', '', total.parameters, total.multiplyAdds]),
    `trainable parameters: ${total.trainableParameters.toLocaleString('en')}`,
  ].join('\n');
}
