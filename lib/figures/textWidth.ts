/** The fonts of all figures: three with the same widths, which are tabulated below. */
export const fontFamily = "Arial, Helvetica, 'Liberation Sans', sans-serif";

/**
 * How much wider than the tabulated font those are in which systems without it draw the figures (DejaVu Sans, for
 * example): where text may not be cut off, leave room for this.
 */
export const widerFont = 1.17;

/** Height above and below the baseline, as shares of the font size. */
export const fontAscent = 0.905;
export const fontDescent = 0.212;

/** Advance widths in thousandths of the font size, from Adobe's metrics of Helvetica: width -> the characters that have it. */
const regular = widthTable({
  191: "'",
  222: 'ijl‘’',
  260: '|',
  278: ' !,./:;I[\\]ft·',
  333: '()-`r“”',
  334: '{}',
  355: '"',
  389: '*',
  469: '^',
  500: 'Jcksvxyz',
  549: '±',
  584: '+<=>~−×',
  611: 'FTZ',
  667: '&ABEKPSVXY',
  722: 'CDHNRUw',
  778: 'GOQ',
  833: 'Mm',
  889: '%',
  944: 'W',
  1000: '—…→',
  1015: '@',
});

const bold = widthTable({
  238: "'",
  278: ' ,./I\\ijl‘’·',
  280: '|',
  333: '!()-:;[]`ft',
  389: '*{}r',
  474: '"',
  500: 'z“”',
  549: '±',
  584: '+<=>^~−×',
  611: '?FLTZbdghnopqu',
  667: 'EPSVXY',
  722: '&ABCDHKNRU',
  778: 'GOQw',
  833: 'M',
  889: '%m',
  944: 'W',
  975: '@',
  1000: '—…→',
});

/** Width of digits and of most lower-case letters; assumed for whatever is not in the table. */
const commonWidth = 556;

/** Width of a line of text in pixels at `fontSize` pixels. */
export function textWidth(text: string, fontSize: number, isBold = false): number {
  const table = isBold ? bold : regular;
  let thousandths = 0;
  for (const character of text) thousandths += table.get(character) ?? commonWidth;
  return (thousandths * fontSize) / 1000;
}

/** Breaks a text between words into lines of at most `width` pixels; a longer word gets a line of its own. */
export function wrapText(text: string, width: number, fontSize: number, isBold = false): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length > 0 ? `${lines[lines.length - 1]} ${word}` : '';
    if (longer !== '' && textWidth(longer, fontSize, isBold) <= width) {
      lines[lines.length - 1] = longer;
    } else lines.push(word);
  }
  return lines;
}

function widthTable(groups: Record<number, string>): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(groups).flatMap(([width, characters]) =>
      [...characters].map((character): [string, number] => [character, Number(width)]),
    ),
  );
}
