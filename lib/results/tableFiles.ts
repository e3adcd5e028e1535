import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A table in the forms in which it is kept. */
export interface TableTexts {
  readonly markdown: string;
  readonly html: string;
}

/** Writes `<name>.md` and `<name>.html` into a folder; returns the path of the former. */
export function writeTable(folder: string, name: string, { markdown, html }: TableTexts): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.md`);
  writeFileSync(file, markdown);
  writeFileSync(path.join(folder, `${name}.html`), html);
  return file;
}
