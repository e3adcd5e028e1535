import type { Command } from 'commander';

import { UsageError } from '../../lib/errors';
import { blockCosts, networkCost } from '../../lib/models/cost';
import {
  buildNetwork,
  NETWORK_FORMS,
  NETWORK_NAMES,
  networkConfig,
  type NetworkForm,
} from '../../lib/models/networks';

interface ModelsOptions {
  readonly form: string;
  readonly json?: boolean;
}

/** `lab models [network]`: shapes, parameters and multiply-adds by block. */
export function addModelsCommand(program: Command): void {
  program
    .command('models')
    .argument('[network]', `one of ${NETWORK_NAMES.join(', ')}; default: all`)
    .option('--form <form>', 'published (299x299) or small (32x32)', 'published')
    .option('--json', 'machine-readable')
    .description('output shape, parameters and multiply-adds of every block')
    .action((network: string | undefined, options: ModelsOptions) => {
      const names = network === undefined ? NETWORK_NAMES : [network];
      const models = names.map((name) => describe(name, parseForm(options.form)));
      console.log(options.json ? JSON.stringify(models, null, 2) : models.map(toText).join('\n\n'));
    });
}

function parseForm(text: string): NetworkForm {
  const form = NETWORK_FORMS.find((candidate) => candidate === text);
  if (!form) {
    throw new UsageError(`Unknown form "${text}": expected one of ${NETWORK_FORMS.join(', ')}.`);
  }
  return form;
}

function describe(name: string, form: NetworkForm) {
  const network = buildNetwork(networkConfig(name, form));
  return { name, form, ...networkCost(network), blocks: blockCosts(network) };
}

function toText({ name, form, blocks, ...total }: ReturnType<typeof describe>): string {
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
