import { homedir } from 'node:os';

import type { Json, JsonObject } from '../../lib/figures/figure';
import { projectRoot } from '../../lib/projectRoot';
import { type Cell, LIVE, type Output } from './notebook';

/** The largest notebook that is committed, in bytes: GitHub shows small ones at once, and every clone carries each version. */
export const LARGEST_NOTEBOOK = 300_000;

const METADATA: JsonObject = {
  kernelspec: {
    display_name: 'TypeScript (Inception Lab)',
    language: 'typescript',
    name: 'tslab',
  },
  language_info: { file_extension: '.ts', mimetype: 'text/typescript', name: 'typescript' },
};

/**
 * The text of a notebook as it is committed: the same cells and outputs give the same text on every machine.
 *
 * Nothing tells when, where or how often it ran: no counts and times, no paths of this machine, no addresses of servers, no
 * stderr. Cells keep their tags alone. A cell tagged `live` keeps its figures alone.
 */
export function canonicalNotebook(cells: readonly Cell[]): string {
  const notebook = {
    cells: cells.map((cell, index) => canonicalCell(cell, index)),
    metadata: METADATA,
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/** One cell in that form; `index` counts from 0 and names a cell that has no id. */
export function canonicalCell(cell: Cell, index: number): JsonObject {
  const { kind, id = `cell-${index + 1}`, source, tags } = cell;
  const isCode = kind === 'code';
  return {
    cell_type: kind,
    ...(isCode && { execution_count: null }),
    id,
    metadata: tags.length > 0 ? { tags } : {},
    ...(isCode && { outputs: canonicalOutputs(cell) }),
    source: lines(source),
  };
}

/** A cell's outputs in that form. */
export function canonicalOutputs({ outputs, tags }: Cell): readonly JsonObject[] {
  const kept = tags.includes(LIVE) ? outputs.filter(isFigure) : outputs;
  return joinedStreams(kept).flatMap(canonicalOutput);
}

/** Pictures and the HTML of lib/figures/notebookFigure.ts. */
function isFigure(output: Output): boolean {
  if (output.kind !== 'display') return false;
  const { 'text/html': markup, ...others } = output.data;
  const isPicture = Object.keys(others).some((mime) => mime.startsWith('image/'));
  return isPicture || JSON.stringify(markup ?? '').includes('lab-figure');
}

/** Jupyter splits what a cell prints where it happens to. */
function joinedStreams(outputs: readonly Output[]): readonly Output[] {
  const joined: Output[] = [];
  for (const output of outputs) {
    const last = joined.at(-1);
    if (output.kind === 'stream' && last?.kind === 'stream' && last.name === output.name) {
      joined[joined.length - 1] = { ...last, text: last.text + output.text };
    } else {
      joined.push(output);
    }
  }
  return joined;
}

function canonicalOutput(output: Output): readonly JsonObject[] {
  if (output.kind === 'stream') {
    if (output.name !== 'stdout') return [];
    return [{ name: 'stdout', output_type: 'stream', text: lines(withoutTraces(output.text)) }];
  }
  if (output.kind === 'error') return [];
  const mimes = Object.entries(output.data).sort(([a], [b]) => (a < b ? -1 : 1));
  const data = Object.fromEntries(mimes.map(([mime, value]) => [mime, canonicalData(value)]));
  return [{ data, metadata: {}, output_type: 'display_data' }];
}

function canonicalData(value: Json): Json {
  if (typeof value === 'string') return lines(withoutTraces(value));
  const isLines = Array.isArray(value) && value.every((line) => typeof line === 'string');
  return isLines ? lines(withoutTraces(value.join(''))) : value;
}

/** Text as notebooks hold it: a list of lines, each with its end. */
function lines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

const LOOPBACK = /https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?[^\s"'<>\\]*/g;

/** The text without this machine's folders and without addresses of its servers. */
function withoutTraces(text: string): string {
  const inFolder = (folder: string) =>
    new RegExp(`(?<![\\w.-])${folder.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?![\\w.-])`, 'g');
  return text
    .replace(LOOPBACK, '')
    .replace(inFolder(projectRoot()), '.')
    .replace(inFolder(homedir()), '~');
}
