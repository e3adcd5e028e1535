import { NETWORK_NAMES, type NetworkForm, type NetworkName } from './networks';

/** A place where a figure or the text cannot be, or is not, built as printed. */
export interface Deviation {
  /** Running number, by which notes and prose refer to it. */
  readonly id: number;
  /** Where it is printed: a figure of arXiv 1602.07261v2, or another place. */
  readonly source: string;
  /** Number of that figure, where it is one of the paper's. */
  readonly figure?: number;
  readonly networks: readonly NetworkName[];
  /** The forms of these networks that it concerns. */
  readonly forms: readonly NetworkForm[];
  readonly printed: string;
  readonly built: string;
  readonly why: string;
}

const PAPER_V2: readonly NetworkForm[] = [
  'paper',
  'paper-r2',
  'paper-10-20-10',
  'paper-r2-10-20-10',
  'small',
];
const READING_1: readonly NetworkForm[] = ['paper', 'paper-10-20-10', 'small'];
const READING_2: readonly NetworkForm[] = ['paper-r2', 'paper-r2-10-20-10'];
const ALL_V2: readonly NetworkForm[] = ['published', ...PAPER_V2];
const BOTH: readonly NetworkForm[] = ['published', 'small'];

const ONLY_LEGAL = 'The sum of a residual block needs equal depths.';
const WEIGHTS_FIT = 'The reference code has this order; published weights fit no other.';

type Unnumbered = Omit<Deviation, 'id'>;

const INCEPTION_V3: readonly Unnumbered[] = [
  {
    source: '1512.00567, Table 1',
    networks: ['inception-v3'],
    forms: BOTH,
    printed: 'after the first pool 3x3 (80), 3x3/2 (192), 3x3 (288), all convolutions',
    built: '1x1 (80), 3x3 (192 V), 3x3/2 max pool: 35x35x192',
    why: 'The reference code (slim, Keras, timm) is built; the paper of this kit draws no Inception-v3.',
  },
  {
    source: '1512.00567, Table 1',
    networks: ['inception-v3'],
    forms: BOTH,
    printed: '5 blocks on the 17x17 grid, 2 on the 8x8 grid, without their filters',
    built: 'a reduction and 4 blocks, then a reduction and 2 blocks, with the filters of the code',
    why: 'The reference code is built.',
  },
];

const INCEPTION_V4: readonly Unnumbered[] = [
  {
    source: 'Fig. 3',
    figure: 3,
    networks: ['inception-v4'],
    forms: BOTH,
    printed: 'second fork, right column: 7x1 (64), then 1x7 (64)',
    built: '1x7 (64), then 7x1 (64)',
    why: WEIGHTS_FIT,
  },
  {
    source: 'Fig. 3',
    figure: 3,
    networks: ['inception-v4'],
    forms: BOTH,
    printed: 'last fork: 3x3 Conv (192 V) without a stride, MaxPool (stride 2 V) without a kernel',
    built: '3x3 Conv (192 stride 2 V), 3x3 MaxPool (stride 2 V)',
    why: 'Only so do both columns give the 35x35 grid that Fig. 9 states.',
  },
  {
    source: 'Fig. 5',
    figure: 5,
    networks: ['inception-v4'],
    forms: BOTH,
    printed: 'third column: 1x7 (224), then again 1x7 (256)',
    built: '1x7 (224), then 7x1 (256)',
    why: 'A factorised 7x7 needs both directions; the reference code has the pair.',
  },
  {
    source: 'Fig. 5',
    figure: 5,
    networks: ['inception-v4'],
    forms: BOTH,
    printed: 'fourth column: 1x7 (192), 7x1 (224), 1x7 (224), 7x1 (256)',
    built: '7x1 (192), 1x7 (224), 7x1 (224), 1x7 (256)',
    why: WEIGHTS_FIT,
  },
  {
    source: 'Fig. 6',
    figure: 6,
    networks: ['inception-v4'],
    forms: BOTH,
    printed: 'fourth column: 1x3 (448), then 3x1 (512)',
    built: '3x1 (448), then 1x3 (512)',
    why: WEIGHTS_FIT,
  },
];

const INCEPTION_RESNET_V1: readonly Unnumbered[] = [
  {
    source: 'Fig. 15',
    figure: 15,
    networks: ['inception-resnet-v1'],
    forms: ['published'],
    printed: '5 Inception-ResNet-C',
    built: '5, and a sixth with scale 1 and without ReLU',
    why: 'The released facenet networks have it; no other released Inception-ResNet-v1 is known.',
  },
];

const INCEPTION_RESNET_V2: readonly Unnumbered[] = [
  {
    source: 'Fig. 3',
    figure: 3,
    networks: ['inception-resnet-v2'],
    forms: ['published'],
    printed: 'the stem of Inception-v4 is also that of Inception-ResNet-v2: 35x35x384',
    built: 'the stem of Inception-v3 and a block of four columns (Mixed_5b): 35x35x320',
    why: 'The reference code is built; published weights fit no other.',
  },
  {
    source: 'Fig. 3',
    figure: 3,
    networks: ['inception-resnet-v2'],
    forms: PAPER_V2,
    printed: 'right column 7x1, 1x7; last fork without stride and kernel',
    built: 'as for Inception-v4',
    why: 'It is the same figure.',
  },
  {
    source: 'Fig. 17',
    figure: 17,
    networks: ['inception-resnet-v2'],
    forms: ALL_V2,
    printed: '1x1 Conv (1154 Linear)',
    built: '1152, the depth of the block (1088 in the published form)',
    why: ONLY_LEGAL,
  },
  {
    source: 'Fig. 18',
    figure: 18,
    networks: ['inception-resnet-v2'],
    forms: ALL_V2,
    printed: 'caption: "the wider Inception-ResNet-v1 network"',
    built: 'in Inception-ResNet-v2',
    why: 'Fig. 12 is the reduction of v1, and the filters of Fig. 18 are wider.',
  },
  {
    source: 'Fig. 19',
    figure: 19,
    networks: ['inception-resnet-v2'],
    forms: READING_1,
    printed: '1x1 Conv (2048 Linear)',
    built: '2144, what Fig. 18 puts out (reading R1)',
    why: ONLY_LEGAL,
  },
  {
    source: 'Fig. 18',
    figure: 18,
    networks: ['inception-resnet-v2'],
    forms: READING_2,
    printed: 'a reduction to 8x8x2144',
    built: "Fig. 12's reduction, to 8x8x2048 (reading R2)",
    why: 'It is the only reduction of the paper to which the 2048 of Fig. 19 can be added.',
  },
  {
    source: 'Fig. 15',
    figure: 15,
    networks: ['inception-resnet-v2'],
    forms: ['published', 'paper-10-20-10', 'paper-r2-10-20-10'],
    printed: '5, 10 and 5 residual blocks',
    built: '10, 20 and 10',
    why: 'The reference code has them, and only they come near the cost of Inception-v4 that the text claims.',
  },
  {
    source: 'Fig. 19',
    figure: 19,
    networks: ['inception-resnet-v2'],
    forms: ['published'],
    printed: 'equal Inception-ResNet-C, the last one straight before the pooling',
    built: 'the last one with scale 1 and without ReLU, then 1x1 Conv (1536)',
    why: 'The reference code is built; published weights fit no other.',
  },
];

const SMALL_FORMS: readonly Unnumbered[] = [
  {
    source: 'Figs. 3 to 19',
    networks: NETWORK_NAMES,
    forms: ['small'],
    printed: '299x299 input, boxes marked "V" valid, a first convolution with stride 2',
    built: '32x32 input, these boxes with same padding, the first convolution with stride 1',
    why: 'On 32x32 images the grids of the figures would vanish.',
  },
  {
    source: 'Figs. 3 to 19',
    networks: NETWORK_NAMES,
    forms: ['small'],
    printed: 'filters',
    built: 'a share of them (the width), rounded to multiples of 4',
    why: 'Small images and small machines; the widths make each pair of networks cost the same.',
  },
];

/** Every known deviation and erratum, numbered from 1. */
export const DEVIATIONS: readonly Deviation[] = [
  ...INCEPTION_V3,
  ...INCEPTION_V4,
  ...INCEPTION_RESNET_V1,
  ...INCEPTION_RESNET_V2,
  ...SMALL_FORMS,
].map((deviation, index) => ({ id: index + 1, ...deviation }));

/** The deviations that concern a network, in one of its forms or in any. */
export function deviationsOf(name: NetworkName, form?: NetworkForm): readonly Deviation[] {
  return DEVIATIONS.filter(
    ({ networks, forms }) =>
      networks.includes(name) && (form === undefined || forms.includes(form)),
  );
}
