/** A kind of number that is no measurement, told by the words around it. */
interface NamedNumber {
  readonly pattern: RegExp;
  readonly why: string;
}

const LIST = String.raw`\d+(?:(?:, | and | to | or |-)\d+)*`;

/** Numbers that are names, by their form; each removes its whole match. */
export const NAMES: readonly NamedNumber[] = [
  { pattern: new RegExp(`\\bFig(?:ure|s?\\.)s? ${LIST}`, 'g'), why: 'figures of the paper' },
  { pattern: new RegExp(`\\bTables? ${LIST}`, 'g'), why: 'tables of the paper' },
  { pattern: /\bsections? \d+(?:\.\d+)?/g, why: 'sections of the paper' },
  { pattern: /\b\d{4}\.\d{5}(?:v\d)?\b/g, why: 'papers by their number in arXiv' },
  { pattern: /\((?:19|20)\d\d\)/g, why: 'years of publication' },
  { pattern: /\b(?:top-[15]|CIFAR-10|Apache-2\.0|x86-64)\b/g, why: 'names' },
  { pattern: /(?:(?<![A-Za-z])Inception(?:-ResNet)?|(?<=and |nor ))-v[1-4]\b/g, why: 'networks' },
  { pattern: /\b(?:b?float)(?:16|32|64)\b/g, why: 'types of numbers' },
  { pattern: /\b(\d+)x\1\b/g, why: 'sides of images and convolutions' },
  {
    pattern: new RegExp(`\\b(?:Node|Python|TensorFlow) \\d+(?:\\.\\d+)?(?: and \\d+)?`, 'g'),
    why: 'versions',
  },
  { pattern: new RegExp(`\\b${LIST}\\s+crops?\\b`, 'g'), why: 'ways of evaluating' },
  { pattern: /\b95 % interval/g, why: 'level of confidence' },
];

/** The text that people wrote: without code, addresses and what commands put between marks. */
export function proseOf(markdown: string): string {
  return markdown
    .replace(/```[\s\S]*?```/g, '')
    .replace(/<!-- lab (\w+) table -->[\s\S]*?<!-- end of lab \1 table -->/g, '')
    .replace(/`[^`]*`/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\s+/g, ' ');
}

/**
 * The numbers of a text in Markdown that are neither names nor stand in one of the explained phrases, each with some words
 * around it.
 */
export function unexplainedNumbers(markdown: string, explained: readonly string[]): string[] {
  const withoutPhrases = explained.reduce(
    (text, phrase) => text.replaceAll(phrase, ''),
    proseOf(markdown),
  );
  const rest = NAMES.reduce((text, { pattern }) => text.replace(pattern, ''), withoutPhrases);
  return [...rest.matchAll(/.{0,20}\d[\d.,]*(?:e-?\d+)?.{0,12}/g)].map(([words]) => words.trim());
}
