import { z } from 'zod';

import { LabError } from '../../lib/errors';
import type { Json, JsonObject } from '../../lib/figures/figure';

/** What a cell put out, as far as it is of use here. */
export type Output =
  | { readonly kind: 'stream'; readonly name: string; readonly text: string }
  | { readonly kind: 'display'; readonly data: Readonly<Record<string, Json>> }
  | { readonly kind: 'error'; readonly text: string };

export interface Cell {
  readonly kind: 'code' | 'markdown' | 'raw';
  readonly id?: string;
  readonly source: string;
  readonly tags: readonly string[];
  readonly outputs: readonly Output[];
  /** The cell as it stands in the file. */
  readonly raw: JsonObject;
}

/** The tag of a cell whose outputs differ from run to run. */
export const LIVE = 'live';

const text = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? value : value.join('')));

const json = z.json() as unknown as z.ZodType<Json>;

const display = z
  .object({
    output_type: z.enum(['display_data', 'execute_result']),
    data: z.record(z.string(), json),
  })
  .transform(({ data }): Output => ({ kind: 'display', data }));

const outputSchema = z.union([
  z
    .object({ output_type: z.literal('stream'), name: z.string(), text })
    .transform((output): Output => ({ kind: 'stream', name: output.name, text: output.text })),
  display,
  z
    .object({ output_type: z.literal('error'), ename: z.string(), evalue: z.string() })
    .transform(({ ename, evalue }): Output => ({ kind: 'error', text: `${ename}: ${evalue}` })),
]);

const cellSchema = z.object({
  cell_type: z.enum(['code', 'markdown', 'raw']),
  id: z.string().optional(),
  source: text,
  metadata: z.object({ tags: z.array(z.string()).default([]) }).default({ tags: [] }),
  outputs: z.array(outputSchema).default([]),
});

const notebookSchema = z.object({ nbformat: z.literal(4), cells: z.array(z.looseObject({})) });

/** The cells of a notebook file's text. Throws a LabError that names the file when it is no notebook of format 4. */
export function parseNotebook(content: string, file: string): readonly Cell[] {
  try {
    return notebookSchema.parse(JSON.parse(content)).cells.map((raw) => {
      const { cell_type: kind, metadata, ...cell } = cellSchema.parse(raw);
      return { ...cell, kind, tags: metadata.tags, raw: raw as JsonObject };
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LabError(`${file} is not a notebook of format 4: ${reason}`);
  }
}

/** What a message calls a cell: `code cell 3 ("training")`. */
export function cellName(cells: readonly Cell[], cell: Cell): string {
  const before = cells.slice(0, cells.indexOf(cell) + 1).filter(({ kind }) => kind === cell.kind);
  const id = cell.id === undefined ? '' : ` ("${cell.id}")`;
  return `${cell.kind} cell ${before.length}${id}`;
}
