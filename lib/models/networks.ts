import { UsageError } from '../errors';
import { inceptionResNetV1 } from './inceptionResNetV1';
import { inceptionV3 } from './inceptionV3';
import { Net, type NetOptions } from './layers';
import type { Network, Node, PerStage } from './node';

/** The networks that can be built. */
export const NETWORK_NAMES = ['inception-v3', 'inception-resnet-v1'] as const;
export type NetworkName = (typeof NETWORK_NAMES)[number];

/** 'published': 299x299 as printed; 'small': 32x32 images, a stem without its first stride, "V" read as same padding. */
export const NETWORK_FORMS = ['published', 'small'] as const;
export type NetworkForm = (typeof NETWORK_FORMS)[number];

/** Everything that decides a network. */
export interface NetworkConfig {
  readonly name: NetworkName;
  readonly form: NetworkForm;
  /** Height and width of the input images in pixels. */
  readonly inputSize: number;
  readonly classes: number;
  /** Multiplier of every printed filter count. */
  readonly width: number;
  /** How often the blocks of the three grids are repeated. */
  readonly repeats: PerStage;
  /** Residual scaling by grid (section 3.3); the plain networks ignore it. */
  readonly residualScale: PerStage;
  /** Share of activations that dropout keeps before the classifier; 0.8 in every overview figure. */
  readonly dropoutKeep: number;
}

/** The paper gives 0.1 to 0.3; these are the values of the released code for the 35, 17 and 8 grids. */
const RESIDUAL_SCALE: PerStage = { a: 0.17, b: 0.1, c: 0.2 };

const PUBLISHED = {
  inputSize: 299,
  classes: 1000,
  width: 1,
  residualScale: RESIDUAL_SCALE,
  dropoutKeep: 0.8,
};
const SMALL = { ...PUBLISHED, inputSize: 32, classes: 10 };

type Variant = Omit<NetworkConfig, 'name' | 'form'>;

/** The variants: a row is a network, a column its form. The widths of the small forms match the pair's multiply-adds. */
const VARIANTS: Readonly<Record<NetworkName, Readonly<Record<NetworkForm, Variant>>>> = {
  'inception-v3': {
    published: { ...PUBLISHED, repeats: { a: 3, b: 4, c: 2 } },
    small: { ...SMALL, width: 0.25, repeats: { a: 3, b: 4, c: 2 } },
  },
  'inception-resnet-v1': {
    published: { ...PUBLISHED, repeats: { a: 5, b: 10, c: 5 } },
    small: { ...SMALL, width: 0.238, repeats: { a: 5, b: 10, c: 5 } },
  },
};

const FORM_OPTIONS: Readonly<Record<NetworkForm, Pick<NetOptions, 'paddingOfV' | 'stemStride'>>> = {
  published: { paddingOfV: 'valid', stemStride: 2 },
  small: { paddingOfV: 'same', stemStride: 1 },
};

/** A network's config with the defaults of its form. Throws a UsageError for an unknown name. */
export function networkConfig(name: string, form: NetworkForm = 'published'): NetworkConfig {
  const known = NETWORK_NAMES.find((candidate) => candidate === name);
  if (!known) {
    throw new UsageError(`Unknown network "${name}": expected one of ${NETWORK_NAMES.join(', ')}.`);
  }
  return { name: known, form, ...VARIANTS[known][form] };
}

/** Builds the network of a config: the blocks of its figure, average pooling, dropout and the classifier. */
export function buildNetwork(config: NetworkConfig): Network {
  const net = new Net({
    inputSize: config.inputSize,
    width: config.width,
    ...FORM_OPTIONS[config.form],
  });
  const grid = body(net, config);
  net.block('head', grid, (_, x) => {
    const pooled = net.globalAveragePool(x);
    return net.classifier(net.dropout(pooled, config.dropoutKeep), config.classes);
  });
  return { name: config.name, nodes: net.nodes };
}

function body(net: Net, config: NetworkConfig): Node {
  switch (config.name) {
    case 'inception-v3':
      return inceptionV3(net, net.input(), config.repeats);
    case 'inception-resnet-v1':
      return inceptionResNetV1(net, net.input(), config.repeats, config.residualScale);
  }
}
