import { LabError, UsageError } from '../errors';
import { type NetworkConfig, networkConfig } from '../models/networks';
import { elements } from '../models/parameters';
import { BATCH_COUNTER, type ForeignTensor } from './foreignTensors';
import { tensorsOf } from './foreignWeights';
import { toPytorch } from './layouts';
import { schemesOf } from './names/layerNames';
import type { OwnWeights } from './ownFormat';
import { type TensorToWrite, writeSafetensors } from './safetensorsWriter';

/**
 * Writes weights of ours under timm's names, so that `load_state_dict` of timm's network takes them.
 *
 * Gamma, which our networks do not have, is one everywhere. Throws a UsageError for a network that timm does not
 * have, or not in this form.
 */
export function exportToTimm(weights: OwnWeights, file: string): void {
  const { config } = weights;
  checkNetwork(config);
  const contents = new Map(tensorsOf(config, 'timm').flatMap((tensor) => entries(tensor, weights)));
  writeSafetensors(
    file,
    [...contents.values()].map(({ tensor }) => tensor),
    { format: 'pt' },
    ({ name }) => contentOf(contents, name),
  );
}

/** timm builds its networks from their name alone: what the weights do not show must be as released, too. */
function checkNetwork(config: NetworkConfig): void {
  if (!schemesOf(config.name).includes('timm')) {
    throw new UsageError(`timm has no ${config.name}.`);
  }
  const released = networkConfig(config.name);
  const changed = (['width', 'repeats', 'residualScale'] as const).find(
    (key) => JSON.stringify(config[key]) !== JSON.stringify(released[key]),
  );
  if (changed) {
    throw new UsageError(
      `timm's ${config.name} has ${changed} ${JSON.stringify(released[changed])}: these weights belong to a network with ` +
        `${JSON.stringify(config[changed])}, which PyTorch would compute wrongly.`,
    );
  }
}

interface Content {
  readonly tensor: TensorToWrite;
  readonly read: () => Float32Array;
}

/** A tensor of ours, and beside a beta also what PyTorch's batch normalisation has besides. */
function entries(
  { name, shapes, parameter, gamma }: ForeignTensor,
  weights: OwnWeights,
): (readonly [string, Content])[] {
  const own: Content = {
    tensor: { name, shape: shapes[0] },
    read: () => toPytorch(weights.read(parameter.name), parameter.shape),
  };
  if (gamma === undefined || parameter.role !== 'movingMean') {
    return [[name, own]];
  }
  const ones: Content = {
    tensor: { name: gamma, shape: parameter.shape },
    read: () => new Float32Array(elements(parameter.shape)).fill(1),
  };
  const counter = gamma.replace(/bn\.weight$/, BATCH_COUNTER);
  const steps: Content = {
    tensor: { name: counter, shape: [], type: 'I64' },
    read: () => new Float32Array(1),
  };
  return [
    [name, own],
    [gamma, ones],
    [counter, steps],
  ];
}

function contentOf(contents: ReadonlyMap<string, Content>, name: string): Float32Array {
  const content = contents.get(name);
  if (!content) {
    throw new LabError(`internal: the export has no tensor "${name}".`);
  }
  return content.read();
}
