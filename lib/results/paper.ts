import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { LabError } from '../errors';
import { projectRoot } from '../projectRoot';

/** The four networks that the paper compares. */
export const paperNetworks = [
  'inception-v3',
  'inception-resnet-v1',
  'inception-v4',
  'inception-resnet-v2',
] as const;
export type PaperNetwork = (typeof paperNetworks)[number];

/** The error curves of the paper, by their number in arXiv:1602.07261v2. */
export const errorFigures = [21, 22, 23, 24, 25, 26] as const;
export type ErrorFigure = (typeof errorFigures)[number];

export type Metric = 'top1' | 'top5';

/** One digitised curve: `errorPercent[i]` after `epoch[i]` epochs on ImageNet. */
export interface PaperCurve {
  readonly figure: number;
  readonly epoch: number[];
  readonly errorPercent: number[];
}

/** A table of the paper; `top1` is null where the paper prints a dash. */
export interface PaperTable<Columns> {
  readonly what: string;
  readonly rows: (Columns & { readonly network: string })[];
}

/** The paper's numbers as results/paper.json holds them; errors in percent. */
export interface Paper {
  readonly citation: string;
  readonly note: string;
  readonly table1: PaperTable<{ k: number; l: number; m: number; n: number }>;
  readonly table2: PaperTable<{ crops: number; top1: number; top5: number }>;
  readonly table3: PaperTable<{ crops: number; top1: number; top5: number }>;
  readonly table4: PaperTable<{ crops: number | 'dense'; top1: number; top5: number }>;
  readonly table5: PaperTable<{ models: number; top1: number | null; top5: number }>;
  readonly figures: Record<ErrorFigure, [PaperNetwork, PaperNetwork, Metric] | ['all', Metric]>;
  readonly axes: Record<ErrorFigure, { x: [number, number]; y: [number, number] }>;
  readonly curves: Record<PaperNetwork, Record<Metric, PaperCurve>>;
}

const percent = z.number().min(0).max(100);
const range = z.tuple([z.number(), z.number()]);
const metric = z.enum(['top1', 'top5']);
const network = z.enum(paperNetworks);
const errors = { top1: percent, top5: percent };

const table = <T extends z.ZodRawShape>(columns: T) =>
  z.object({ what: z.string(), rows: z.array(z.object({ network: z.string(), ...columns })) });

const perErrorFigure = <T extends z.ZodType>(value: T) =>
  z.object({ 21: value, 22: value, 23: value, 24: value, 25: value, 26: value });

const curve = z
  .object({ figure: z.int(), epoch: z.array(z.number()).min(2), errorPercent: z.array(percent) })
  .refine((value) => value.epoch.length === value.errorPercent.length, {
    message: 'epoch and errorPercent differ in length',
  });

const schema: z.ZodType<Paper> = z.object({
  citation: z.string(),
  note: z.string(),
  table1: table({ k: z.number(), l: z.number(), m: z.number(), n: z.number() }),
  table2: table({ crops: z.number(), ...errors }),
  table3: table({ crops: z.number(), ...errors }),
  table4: table({ crops: z.union([z.number(), z.literal('dense')]), ...errors }),
  table5: table({ models: z.number(), ...errors, top1: percent.nullable() }),
  figures: perErrorFigure(
    z.union([z.tuple([network, network, metric]), z.tuple([z.literal('all'), metric])]),
  ),
  axes: perErrorFigure(z.object({ x: range, y: range })),
  curves: z.record(network, z.object({ top1: curve, top5: curve })),
});

/** Reads the paper's numbers from `file` (default results/paper.json); throws a LabError that names the first bad field. */
export function readPaper(file: string = join(projectRoot(), 'results', 'paper.json')): Paper {
  const parsed = schema.safeParse(parseJson(file));
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  throw new LabError(
    `${file}, ${path.map(String).join('.') || 'top level'}: ${message}. Restore it: git checkout -- results/paper.json`,
  );
}

/** What an error figure of the paper compares: its networks in the order of the paper's legend, and the metric. */
export function figureContent(
  paper: Paper,
  figure: ErrorFigure,
): { networks: PaperNetwork[]; metric: Metric } {
  const entry = paper.figures[figure];
  if (entry[0] !== 'all') return { networks: [entry[0], entry[1]], metric: entry[2] };
  return {
    networks: ['inception-v4', 'inception-resnet-v2', 'inception-v3', 'inception-resnet-v1'],
    metric: entry[1],
  };
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LabError(`Cannot read the paper's numbers: ${reason} (${file})`);
  }
}
