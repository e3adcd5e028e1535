import type { NetworkForm, NetworkName } from '../../models/networks';

/** Which network, in which form, a figure shows. */
export interface Subject {
  readonly network: NetworkName;
  readonly form: NetworkForm;
}

/** What one of the paper's figures shows, and in which built network it is found. */
export interface FigureSubject {
  /** The first is drawn; the notes concern all. */
  readonly subjects: readonly [Subject, ...Subject[]];
  /** A block's name; absent where the figure shows the whole network. */
  readonly block?: string;
  /** Drawn otherwise than box by box: with Table 1 beside it, or as the scheme of residual scaling. */
  readonly drawnAs?: 'table1' | 'scaling';
  readonly title: string;
  /** What to see, in our words. */
  readonly caption: string;
}

const V4: Subject = { network: 'inception-v4', form: 'published' };
const RESNET_V1: Subject = { network: 'inception-resnet-v1', form: 'paper' };
const RESNET_V2: Subject = { network: 'inception-resnet-v2', form: 'paper' };

const SAME_V = '"V" is valid padding, all else is padded to the same size.';
const RESIDUAL =
  'The left arrow is the shortcut. The concatenation, which the paper leaves out, is drawn as it is built; "Linear" has a bias, no batch normalisation and no ReLU.';

/** Figs. 3 to 20 of arXiv 1602.07261v2. */
export const FIGURE_SUBJECTS: Readonly<Record<number, FigureSubject>> = {
  3: {
    subjects: [V4, RESNET_V2],
    block: 'stem',
    title: 'Stem of Inception-v4 and Inception-ResNet-v2',
    caption: `From the image to the 35x35 grid: where other stems either pool or convolve, this one does both, side by side. ${SAME_V}`,
  },
  4: {
    subjects: [V4],
    block: 'inceptionA_02',
    title: 'Inception-A of Inception-v4',
    caption:
      'The block of the 35x35 grid, four times in a row: 1x1, 3x3 and 5x5 (as two 3x3) views of the same grid, and its local average.',
  },
  5: {
    subjects: [V4],
    block: 'inceptionB_02',
    title: 'Inception-B of Inception-v4',
    caption:
      'The block of the 17x17 grid, seven times in a row: a 7x7 window as a 1x7 and a 7x1, once and twice.',
  },
  6: {
    subjects: [V4],
    block: 'inceptionC_02',
    title: 'Inception-C of Inception-v4',
    caption:
      'The block of the 8x8 grid, three times in a row: on the coarsest grid the columns spread out at their top instead of growing deeper.',
  },
  7: {
    subjects: [V4],
    block: 'reductionA',
    drawnAs: 'table1',
    title: 'Reduction-A, from 35x35 to 17x17',
    caption: `One shape for three networks, which differ in the filters k, l, m and n; the grids beside the boxes are those of Inception-v4. ${SAME_V}`,
  },
  8: {
    subjects: [V4],
    block: 'reductionB',
    title: 'Reduction-B of Inception-v4, from 17x17 to 8x8',
    caption: `The pool keeps all its depth; two columns of convolutions add to it. ${SAME_V}`,
  },
  9: {
    subjects: [V4],
    title: 'Inception-v4',
    caption: 'The whole network. Beside each box: height x width x depth of what it hands on.',
  },
  10: {
    subjects: [RESNET_V1],
    block: 'inceptionResNetA_02',
    title: 'Inception-ResNet-A of Inception-ResNet-v1',
    caption: `The residual block of the 35x35 grid, five times in a row. ${RESIDUAL}`,
  },
  11: {
    subjects: [RESNET_V1],
    block: 'inceptionResNetB_02',
    title: 'Inception-ResNet-B of Inception-ResNet-v1',
    caption: `The residual block of the 17x17 grid, ten times in a row. ${RESIDUAL}`,
  },
  12: {
    subjects: [RESNET_V1],
    block: 'reductionB',
    title: 'Reduction-B of Inception-ResNet-v1, from 17x17 to 8x8',
    caption: `The pool keeps all its depth; three columns of convolutions add to it. ${SAME_V}`,
  },
  13: {
    subjects: [RESNET_V1],
    block: 'inceptionResNetC_02',
    title: 'Inception-ResNet-C of Inception-ResNet-v1',
    caption: `The residual block of the 8x8 grid, five times in a row. ${RESIDUAL}`,
  },
  14: {
    subjects: [RESNET_V1],
    block: 'stem',
    title: 'Stem of Inception-ResNet-v1',
    caption: `From the image to the 35x35 grid in a single column, close to the stem of Inception-v3. ${SAME_V}`,
  },
  15: {
    subjects: [RESNET_V1],
    title: 'Inception-ResNet-v1',
    caption:
      'The whole network; the paper uses the same schema for Inception-ResNet-v2, with other grids. Beside each box: height x width x depth of what it hands on.',
  },
  16: {
    subjects: [RESNET_V2],
    block: 'inceptionResNetA_02',
    title: 'Inception-ResNet-A of Inception-ResNet-v2',
    caption: `The residual block of the 35x35 grid, wider than that of version 1. ${RESIDUAL}`,
  },
  17: {
    subjects: [RESNET_V2],
    block: 'inceptionResNetB_02',
    title: 'Inception-ResNet-B of Inception-ResNet-v2',
    caption: `The residual block of the 17x17 grid, wider than that of version 1. ${RESIDUAL}`,
  },
  18: {
    subjects: [RESNET_V2],
    block: 'reductionB',
    title: 'Reduction-B of Inception-ResNet-v2, from 17x17 to 8x8',
    caption: `The shape of Figure 12 with more filters. ${SAME_V}`,
  },
  19: {
    subjects: [RESNET_V2],
    block: 'inceptionResNetC_02',
    title: 'Inception-ResNet-C of Inception-ResNet-v2',
    caption: `The residual block of the 8x8 grid, wider than that of version 1. ${RESIDUAL}`,
  },
  20: {
    subjects: [RESNET_V1],
    block: 'inceptionResNetB_02',
    drawnAs: 'scaling',
    title: 'Scaling of the residuals',
    caption:
      'Any residual block in short, here with the numbers of Inception-ResNet-B of Inception-ResNet-v1: what the Inception part computes is multiplied by a small constant before the sum.',
  },
};
