const COORDINATES = /( (?:d|points|transform|x|y|dy|width|height)=")([^"]*)"/g;

/**
 * Plotly's SVG in about half its length, with the same look: every style is written once, names that nothing refers to
 * are gone, and coordinates have two decimals. For a document of its own: its style sheet would reach the page around it.
 */
export function compactSvg(svg: string): string {
  const names = new Map<string, string>();
  const classOf = (style: string): string => {
    const name = names.get(style) ?? `s${names.size.toString(36)}`;
    names.set(style, name);
    return ` class="${name}"`;
  };
  const short = svg
    .replace(/ (?:class|data-[\w-]+)="[^"]*"/g, '')
    .replace(/ style="([^"]*)"/g, (_, style: string) => (style ? classOf(style) : ''))
    .replace(COORDINATES, (_, start: string, value: string) => `${start}${rounded(value)}"`);
  const sheet = [...names].map(([style, name]) => `.${name}{${plainStyle(style)}}`).join('');
  return withoutEmptyGroups(short).replace(/^<svg [^>]*>/, `$&<style>${sheet}</style>`);
}

function rounded(value: string): string {
  return value.replace(/-?\d*\.\d{3,}(?:e-?\d+)?/g, (number) =>
    String(Math.round(100 * Number(number)) / 100),
  );
}

/** Plotly leaves this mark around names of fonts with a space in them; an attribute's quotes are written as entities. */
function plainStyle(style: string): string {
  return style
    .replace(/TOBESTRIPPED|&quot;/g, "'")
    .replaceAll(': ', ':')
    .replaceAll('; ', ';');
}

function withoutEmptyGroups(svg: string): string {
  const fewer = svg.replace(/<g(?: class="\w+")?(?:\/>|><\/g>)|<path\/>/g, '');
  return fewer === svg ? svg : withoutEmptyGroups(fewer);
}
