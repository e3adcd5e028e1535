import type { ErrorFigure, PaperNetwork } from '../results/paper';

/** How a network's curve is drawn: never told apart by colour alone. */
export interface LineStyle {
  readonly color: string;
  /** Dash of this machine's curve, as in the paper. */
  readonly dash: 'solid' | 'dash' | 'longdash' | 'dot';
  /** Dash of the paper's digitised curve, which is never solid. */
  readonly paperDash: string;
  readonly symbol: 'circle' | 'square' | 'triangle-up' | 'diamond';
}

const green = '#1a7f37';
const red = '#c2185b';
const blue = '#1f5fbf';
const black = '#222222';

/** Figs. 21-24: the plain network green and dashed, the residual one red. */
const plain: LineStyle = { color: green, dash: 'dash', paperDash: '4px,4px', symbol: 'circle' };
const residual: LineStyle = { color: red, dash: 'solid', paperDash: '12px,4px', symbol: 'square' };

const pairStyles: Readonly<Record<PaperNetwork, LineStyle>> = {
  'inception-v3': plain,
  'inception-resnet-v1': residual,
  'inception-v4': plain,
  'inception-resnet-v2': residual,
};

/** Figs. 25 and 26: the plain networks dashed, Inception-ResNet-v2 red, Inception-ResNet-v1 black and dotted. */
const familyStyles: Readonly<Record<PaperNetwork, LineStyle>> = {
  'inception-v4': { color: green, dash: 'dash', paperDash: '6px,4px', symbol: 'circle' },
  'inception-resnet-v2': { color: red, dash: 'solid', paperDash: '12px,4px', symbol: 'square' },
  'inception-v3': {
    color: blue,
    dash: 'longdash',
    paperDash: '12px,4px,3px,4px',
    symbol: 'triangle-up',
  },
  'inception-resnet-v1': { color: black, dash: 'dot', paperDash: '2px,4px', symbol: 'diamond' },
};

/** The paper's line style of a network in an error figure. */
export function lineStyle(figure: ErrorFigure, network: PaperNetwork): LineStyle {
  return (figure >= 25 ? familyStyles : pairStyles)[network];
}
