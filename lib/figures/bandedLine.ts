import type { JsonObject, Trace } from './figure';
import type { SeedSeries } from './seedSeries';
import type { SeriesStyle } from './seriesStyles';

/** A series over seeds and how it is drawn. */
export interface BandedLine {
  readonly name: string;
  readonly series: SeedSeries;
  readonly style: Omit<SeriesStyle, 'dash'> & { readonly dash: string };
  /** What x is called in the hover text, for example "step". */
  readonly xName: string;
  /** How numbers are shown there: Plotly's format and the unit, for example `['.1f', ' %']`. */
  readonly format: readonly [digits: string, unit: string];
  /** How many markers the line has at most; default: 12. */
  readonly markers?: number;
  /** Further attributes of the line and the band, for example the axes. */
  readonly attributes?: JsonObject;
}

/** The mean as a line, over a band from the lowest to the highest seed when there are several. */
export function bandedLine(line: BandedLine): Trace[] {
  return line.series.runs > 1 ? [band(line), mean(line)] : [mean(line)];
}

function mean({ name, series, style, xName, format, markers = 12, attributes }: BandedLine): Trace {
  const { color, dash, symbol } = style;
  const [digits, unit] = format;
  const range = `, ${series.runs} seeds from %{customdata[0]:${digits}} to %{customdata[1]:${digits}}`;
  return {
    ...{ type: 'scatter', mode: 'lines+markers', name, x: series.x, y: series.mean },
    line: { color, dash, width: 2.2 },
    marker: { color, symbol, size: 7, maxdisplayed: markers },
    customdata: series.lowest.map((low, index) => [low, series.highest[index]]),
    hovertemplate: `%{fullData.name}, ${xName} %{x}: %{y:${digits}}${unit}${series.runs > 1 ? range : ''}<extra></extra>`,
    ...attributes,
  };
}

function band({ name, series, style, attributes }: BandedLine): Trace {
  const { x, lowest, highest } = series;
  return {
    ...{ type: 'scatter', mode: 'lines', name: `${name}, lowest to highest seed` },
    x: [...x, ...[...x].reverse()],
    y: [...highest, ...[...lowest].reverse()],
    ...{ fill: 'toself', fillcolor: style.color, opacity: 0.25, hoverinfo: 'skip' },
    line: { width: 0, color: style.color },
    ...attributes,
    showlegend: false,
  };
}
