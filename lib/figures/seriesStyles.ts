/** How a series is drawn: never told apart by colour alone. */
export interface SeriesStyle {
  readonly color: string;
  readonly dash: 'solid' | 'dash' | 'dot' | 'dashdot' | 'longdash' | 'longdashdot';
  readonly symbol: string;
}

/** Colours after Okabe and Ito, which colour-blind readers can tell apart, each with a dash and a marker of its own. */
const styles: readonly SeriesStyle[] = [
  { color: '#0072b2', dash: 'solid', symbol: 'circle' },
  { color: '#d55e00', dash: 'dash', symbol: 'square' },
  { color: '#009e73', dash: 'dot', symbol: 'triangle-up' },
  { color: '#cc79a7', dash: 'dashdot', symbol: 'diamond' },
  { color: '#222222', dash: 'longdash', symbol: 'x' },
  { color: '#e69f00', dash: 'longdashdot', symbol: 'star' },
];

/** From dark to light, for series in an order, such as learning rates or the depth of a block. */
const orderedStyles: readonly SeriesStyle[] = [
  { color: '#1b1044', dash: 'solid', symbol: 'circle' },
  { color: '#3b4f8a', dash: 'dash', symbol: 'square' },
  { color: '#1f8a8c', dash: 'dot', symbol: 'triangle-up' },
  { color: '#3fa64f', dash: 'dashdot', symbol: 'diamond' },
  { color: '#c9a400', dash: 'longdash', symbol: 'x' },
];

/** The style of a series by its place. */
export function seriesStyle(index: number): SeriesStyle {
  return styles[index % styles.length];
}

/** The style of a series whose place means something: dark for the first, light for the fifth. */
export function orderedStyle(index: number): SeriesStyle {
  return orderedStyles[index % orderedStyles.length];
}
