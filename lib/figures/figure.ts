/** What a Plotly specification is made of. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** One line, band, set of points or set of bars of a figure, with Plotly's attributes of such a trace. */
export interface Trace extends JsonObject {
  readonly type: 'scatter' | 'bar';
  /** What the legend and the hover box call it. */
  readonly name: string;
  /** Numbers; the names of the categories where these are bars. */
  readonly x: readonly number[] | readonly string[];
  readonly y: readonly number[];
}

/** A Plotly layout whose size is fixed, in pixels. */
export interface Layout extends JsonObject {
  readonly width: number;
  readonly height: number;
}

/** A state of some traces, by their indices: attributes that take the place of the traces' own. */
export interface Frame {
  readonly name: string;
  readonly traces: readonly number[];
  readonly data: readonly JsonObject[];
}

/** Controls below an interactive drawing, which need no kernel. Pictures do not have them and show the figure's own data. */
export interface Motion {
  /** States that the controls animate; none where they only restyle. */
  readonly frames: readonly Frame[];
  /** Plotly's `sliders` and `updatemenus`. */
  readonly controls: JsonObject;
  /** Room for them below the figure, in pixels. */
  readonly height: number;
}

/** A figure: a Plotly specification (`data`, `layout`) and what is needed to file and to describe it. */
export interface Figure {
  /** File name without ending, for example figure-21. */
  readonly name: string;
  readonly title: string;
  /** What is shown, in sentences, for the page's caption and for readers who cannot see the picture. */
  readonly caption: string;
  readonly data: readonly Trace[];
  readonly layout: Layout;
  /** The same figure for narrow screens (panels below one another); default: `layout`. */
  readonly narrowLayout?: Layout;
  /** A slider or buttons of the interactive drawing; default: none. */
  readonly motion?: Motion;
}
