import { UsageError } from '../../errors';
import { buildNetwork, type NetworkConfig, type NetworkName } from '../../models/networks';
import type { Node } from '../../models/node';
import { INCEPTION_RESNET_V1_NAMES } from './inceptionResNetV1';
import { INCEPTION_RESNET_V2_NAMES } from './inceptionResNetV2';
import { INCEPTION_V3_NAMES } from './inceptionV3';
import { INCEPTION_V4_NAMES } from './inceptionV4';
import { kerasLayerNames } from './keras';
import type { NameTable } from './nameTable';

/** Whose names: slim (TensorFlow), Keras, timm, or facenet-pytorch. */
export const NAME_SCHEMES = ['slim', 'keras', 'timm', 'facenet'] as const;
export type NameScheme = (typeof NAME_SCHEMES)[number];

/** A layer elsewhere; Keras keeps a convolution and its batch normalisation as two layers. */
export interface ForeignLayer {
  readonly name: string;
  readonly batchNorm?: string;
}

const TABLES: Readonly<Record<NetworkName, NameTable>> = {
  'inception-v3': INCEPTION_V3_NAMES,
  'inception-v4': INCEPTION_V4_NAMES,
  'inception-resnet-v1': INCEPTION_RESNET_V1_NAMES,
  'inception-resnet-v2': INCEPTION_RESNET_V2_NAMES,
};

/** What slim puts before its names. */
const SLIM_ROOTS: Readonly<Partial<Record<NetworkName, string>>> = {
  'inception-v3': 'InceptionV3',
  'inception-v4': 'InceptionV4',
  'inception-resnet-v2': 'InceptionResnetV2',
};

const KERAS_NETWORKS: readonly NetworkName[] = ['inception-v3', 'inception-resnet-v2'];

/** The naming schemes in which a network exists. */
export function schemesOf(name: NetworkName): readonly NameScheme[] {
  if (name === 'inception-resnet-v1') {
    return ['facenet'];
  }
  return KERAS_NETWORKS.includes(name) ? ['slim', 'keras', 'timm'] : ['slim', 'timm'];
}

/**
 * The foreign name of every layer with weights, by our layer's path.
 *
 * Throws a UsageError when the scheme does not have the network, its form or its auxiliary head.
 */
export function layerNames(
  config: NetworkConfig,
  scheme: NameScheme,
): ReadonlyMap<string, ForeignLayer> {
  checkForm(config, scheme);
  const layers = layersOf(config);
  if (scheme === 'keras') {
    return kerasLayerNames(layers);
  }
  return new Map(layers.map((node) => [node.name, { name: tableName(config.name, node, scheme) }]));
}

/** The nodes with weights: block by block, and inside a block by their paths, as slim and Keras create them. */
function layersOf(config: NetworkConfig): readonly Node[] {
  const layers = buildNetwork(config).nodes.filter(
    ({ operation }) => operation.kind === 'convolution' || operation.kind === 'classifier',
  );
  const blocks = [...new Set(layers.map((node) => node.block))];
  return blocks.flatMap((block) =>
    layers.filter((node) => node.block === block).sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

function checkForm({ name, form }: NetworkConfig, scheme: NameScheme): void {
  if (form !== 'published' || !schemesOf(name).includes(scheme)) {
    throw new UsageError(
      `There is no ${name} in the form "${form}" with ${scheme}'s names: expected the published form and one of ` +
        `${schemesOf(name).join(', ')}.`,
    );
  }
}

function tableName(network: NetworkName, { name, block }: Node, scheme: NameScheme): string {
  const column = scheme === 'slim' ? 0 : 1;
  const inBlock = name.slice(block.length + 1);
  const blocks = TABLES[network].find(({ scopes }) => Object.hasOwn(scopes, block));
  const scope = blocks?.scopes[block][column];
  const layer = blocks?.layers[inBlock]?.[column];
  if (scope === undefined || layer === undefined) {
    throw new UsageError(`${scheme} has no layer for "${name}" of ${network}.`);
  }
  const root = scheme === 'slim' ? SLIM_ROOTS[network] : '';
  return [root, scope, layer].filter(Boolean).join(scheme === 'slim' ? '/' : '.');
}
