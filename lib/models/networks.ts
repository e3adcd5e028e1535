import { UsageError } from '../errors';
import { auxiliaryHead } from './auxiliaryHead';
import { inceptionResNetV1, inceptionResNetV1Released } from './inceptionResNetV1';
import { inceptionResNetV2, inceptionResNetV2Released } from './inceptionResNetV2';
import { inceptionV3 } from './inceptionV3';
import { inceptionV4 } from './inceptionV4';
import { Net, type NetOptions } from './layers';
import type { Network, Node, PerStage } from './node';
import { studyNetwork } from './studyNetwork';

/** The networks that can be built. */
export const NETWORK_NAMES = [
  'inception-v3',
  'inception-v4',
  'inception-resnet-v1',
  'inception-resnet-v2',
] as const;
export type NetworkName = (typeof NETWORK_NAMES)[number];

/**
 * Forms of a network.
 *
 * - 'published': as released code has it (slim, Keras and timm; facenet for Inception-ResNet-v1), 299x299.
 * - 'paper': the paper's figures, where they differ from it; for Inception-ResNet-v2 reading R1 (Fig. 18, 2144 wide).
 * - 'paper-r2': reading R2 of Inception-ResNet-v2 (Fig. 12, 2048 wide).
 * - 'paper-10-20-10', 'paper-r2-10-20-10': the same with the repeats of the released code instead of Fig. 15's 5, 10, 5,
 *   which bring it near the cost of Inception-v4 that the text claims.
 * - 'small': the paper's figures for 32x32 images, a stem without its first stride, "V" read as same padding.
 * - 'study': the blocks of Inception-ResNet-v1 on 32x32 images with any number of filters on the last grid, for section 3.3.
 */
export const NETWORK_FORMS = [
  'published',
  'paper',
  'paper-r2',
  'paper-10-20-10',
  'paper-r2-10-20-10',
  'small',
  'study',
] as const;
export type NetworkForm = (typeof NETWORK_FORMS)[number];

/** Everything that decides a network. */
export interface NetworkConfig {
  /** Which of the paper's networks. */
  readonly name: NetworkName;
  /** In which form: as released, as the figures have it, or small. */
  readonly form: NetworkForm;
  /** Height and width of the input images in pixels. */
  readonly inputSize: number;
  /** 1000 in the paper, 1001 in slim (class 0 is "background"); 0 leaves the classifier out, as timm has it. */
  readonly classes: number;
  /** Whether the network has the auxiliary head of the released code; absent means no, as in the figures. */
  readonly auxiliaryHead?: boolean;
  /** Multiplier of every printed filter count. */
  readonly width: number;
  /** How often the blocks of the three grids are repeated. */
  readonly repeats: PerStage;
  /** Filters of the last grid; of the form 'study' alone, 1792 there (Fig. 13) unless told otherwise. */
  readonly filters?: number;
  /** Whether the last layer before the pooling has the extra batch normalisation of section 3.3; absent means no. */
  readonly lastBatchNorm?: boolean;
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

/** How often each block is repeated: the overview figures, and the released code where it differs. */
const REPEATS = {
  'inception-v3': { a: 3, b: 4, c: 2 },
  'inception-v4': { a: 4, b: 7, c: 3 },
  'inception-resnet': { a: 5, b: 10, c: 5 },
  facenet: { a: 5, b: 10, c: 6 },
  'inception-resnet-v2 released': { a: 10, b: 20, c: 10 },
} as const;

/** The variants: a row is a network, a column its form. The widths of the small forms match each pair's multiply-adds. */
const VARIANTS: Readonly<Record<NetworkName, Readonly<Partial<Record<NetworkForm, Variant>>>>> = {
  'inception-v3': {
    published: { ...PUBLISHED, repeats: REPEATS['inception-v3'] },
    small: { ...SMALL, width: 0.25, repeats: REPEATS['inception-v3'] },
  },
  'inception-v4': {
    published: { ...PUBLISHED, repeats: REPEATS['inception-v4'] },
    small: { ...SMALL, width: 0.25, repeats: REPEATS['inception-v4'] },
  },
  'inception-resnet-v1': {
    published: { ...PUBLISHED, repeats: REPEATS.facenet },
    paper: { ...PUBLISHED, repeats: REPEATS['inception-resnet'] },
    small: { ...SMALL, width: 0.238, repeats: REPEATS['inception-resnet'] },
    study: { ...SMALL, repeats: { a: 0, b: 0, c: 5 }, filters: 1792 },
  },
  'inception-resnet-v2': {
    published: { ...PUBLISHED, repeats: REPEATS['inception-resnet-v2 released'] },
    paper: { ...PUBLISHED, repeats: REPEATS['inception-resnet'] },
    'paper-r2': { ...PUBLISHED, repeats: REPEATS['inception-resnet'] },
    'paper-10-20-10': { ...PUBLISHED, repeats: REPEATS['inception-resnet-v2 released'] },
    'paper-r2-10-20-10': { ...PUBLISHED, repeats: REPEATS['inception-resnet-v2 released'] },
    small: { ...SMALL, width: 0.288, repeats: REPEATS['inception-resnet'] },
  },
};

const PUBLISHED_OPTIONS = { paddingOfV: 'valid', stemStride: 2 } as const;

const FORM_OPTIONS: Readonly<Record<NetworkForm, Pick<NetOptions, 'paddingOfV' | 'stemStride'>>> = {
  published: PUBLISHED_OPTIONS,
  paper: PUBLISHED_OPTIONS,
  'paper-r2': PUBLISHED_OPTIONS,
  'paper-10-20-10': PUBLISHED_OPTIONS,
  'paper-r2-10-20-10': PUBLISHED_OPTIONS,
  small: { paddingOfV: 'same', stemStride: 1 },
  study: { paddingOfV: 'same', stemStride: 1 },
};

/** The forms that a network has. */
export function formsOf(name: NetworkName): readonly NetworkForm[] {
  return NETWORK_FORMS.filter((form) => VARIANTS[name][form] !== undefined);
}

/** A network's config with the defaults of its form. Throws a UsageError for an unknown name or form. */
export function networkConfig(name: string, form: NetworkForm = 'published'): NetworkConfig {
  const known = NETWORK_NAMES.find((candidate) => candidate === name);
  if (!known) {
    throw new UsageError(`Unknown network "${name}": expected one of ${NETWORK_NAMES.join(', ')}.`);
  }
  const variant = VARIANTS[known][form];
  if (!variant) {
    throw new UsageError(
      `${known} has no form "${form}": expected one of ${formsOf(known).join(', ')}.`,
    );
  }
  return { name: known, form, ...variant };
}

/**
 * Builds the network of a config: the blocks of its figure, average pooling, dropout and the classifier.
 *
 * Throws a LabError when the input is too small for the figure's windows.
 */
export function buildNetwork(config: NetworkConfig): Network {
  const net = new Net({
    inputSize: config.inputSize,
    width: config.width,
    ...FORM_OPTIONS[config.form],
  });
  const grid = body(net, config);
  const auxiliaryOutput = config.auxiliaryHead
    ? net.block('auxiliaryHead', inputOf(net, 'reductionB'), (_, x) =>
        auxiliaryHead(net, x, config.classes),
      )
    : undefined;
  const output = net.block('head', grid, (_, x) => head(net, x, config));
  return { name: config.name, nodes: net.nodes, output, auxiliaryOutput };
}

function head(net: Net, grid: Node, { classes, dropoutKeep }: NetworkConfig): Node {
  const pooled = net.globalAveragePool(grid);
  return classes === 0 ? pooled : net.classifier(net.dropout(pooled, dropoutKeep), classes);
}

/** The auxiliary head stands on what Reduction-B takes in: the last 17x17 grid. */
function inputOf(net: Net, block: string): Node {
  return net.nodes.find((node) => node.block === block)?.inputs[0] as Node;
}

/** The figure that a config names, up to its last grid. */
function body(net: Net, config: NetworkConfig): Node {
  const { name, form, repeats, residualScale: scale, filters, lastBatchNorm } = config;
  const images = net.input();
  if (filters !== undefined) {
    return studyNetwork(net, images, repeats, { filters, scale, lastBatchNorm });
  }
  switch (name) {
    case 'inception-v3':
      return inceptionV3(net, images, repeats);
    case 'inception-v4':
      return inceptionV4(net, images, repeats);
    case 'inception-resnet-v1':
      return form === 'published'
        ? inceptionResNetV1Released(net, images, repeats, scale)
        : inceptionResNetV1(net, images, repeats, scale, lastBatchNorm);
    case 'inception-resnet-v2':
      return form === 'published'
        ? inceptionResNetV2Released(net, images, repeats, scale)
        : inceptionResNetV2(net, images, repeats, scale, {
            reading: form.startsWith('paper-r2') ? 'R2' : 'R1',
            lastBatchNorm,
          });
  }
}
