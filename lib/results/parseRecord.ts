import { z } from 'zod';

import { LabError } from '../errors';
import {
  type ChangeLine,
  type EpochLine,
  type FinalLine,
  type ProbeLine,
  RECORD_SCHEMA,
  type RecordLine,
  type RunRecord,
} from './record';

const anyNumber = z.union([z.number(), z.null()]);

const epochSchema = z.looseObject({
  type: z.literal('epoch'),
  epoch: z.number(),
  step: z.number(),
  learningRate: z.number(),
  trainLoss: anyNumber,
  trainTop1Error: anyNumber,
  testLoss: anyNumber,
  top1Error: z.number(),
  top5Error: z.number(),
  rawTop1Error: z.number(),
  rawTop5Error: z.number(),
  seconds: z.object({ train: z.number(), input: z.number(), evaluate: z.number() }),
});

const probeSchema = z.looseObject({
  type: z.literal('probe'),
  step: z.number(),
  layers: z.array(
    z.looseObject({
      name: z.string(),
      deadChannels: z.number(),
      zeros: z.number(),
      max: anyNumber,
      deviation: anyNumber,
      residualToTrunk: anyNumber.optional(),
      gradientNorm: anyNumber,
    }),
  ),
  loss: anyNumber.optional(),
  top1Error: z.number().optional(),
  learningRate: z.number().optional(),
});

const changeSchema = z.looseObject({
  type: z.literal('change'),
  step: z.number(),
  learningRate: anyNumber.optional(),
  residualScale: z.object({ a: z.number(), b: z.number(), c: z.number() }).nullable().optional(),
  gradientClip: anyNumber.optional(),
});

const lineSchema = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('run'),
    schema: z.number(),
    id: z.string(),
    experiment: z.string(),
    startedAt: z.string(),
    config: z.looseObject({ network: z.looseObject({ name: z.string() }), seed: z.number() }),
    git: z.object({ commit: z.string().nullable(), dirty: z.boolean().nullable() }),
    environment: z.looseObject({}),
    backend: z.looseObject({ name: z.string(), version: z.string() }),
    data: z.looseObject({ name: z.string(), sha256: z.string() }),
    network: z.looseObject({ parameters: z.number(), multiplyAdds: z.number() }),
    steered: z.literal(true).optional(),
  }),
  epochSchema,
  probeSchema,
  changeSchema,
  z.looseObject({
    type: z.literal('final'),
    status: z.enum(['done', 'died', 'diverged', 'stopped']),
    top1Error: anyNumber,
    top5Error: anyNumber,
    wallSeconds: z.number(),
    step: z.number().optional(),
    stoppedEarly: z.literal(true).optional(),
    otherCommits: z.array(z.string()).optional(),
  }),
]);

/**
 * A record from the text of its file; `file` is named in errors.
 *
 * Throws a LabError for a newer schema, a broken line, or lines out of order. A last line that a kill cut short is
 * left out.
 */
export function parseRecord(text: string, file: string): RunRecord {
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = complete
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => parseLine(line, `${file}, line ${index + 1}`));
  const [run, ...rest] = lines;
  if (run?.type !== 'run') {
    throw new LabError(
      `${file} does not begin with a "run" line: it is not a record of this kit. Move it away.`,
    );
  }
  const epochs = rest.filter((line): line is EpochLine => line.type === 'epoch');
  const probes = rest.filter((line): line is ProbeLine => line.type === 'probe');
  const changes = rest.filter((line): line is ChangeLine => line.type === 'change');
  const final = rest.find((line): line is FinalLine => line.type === 'final');
  return { run, epochs, probes, changes, final };
}

function parseLine(line: string, where: string): RecordLine {
  const value = parseJson(line, where);
  const schema = (value as { schema?: unknown }).schema;
  if (typeof schema === 'number' && schema > RECORD_SCHEMA) {
    throw new LabError(
      `${where} has schema ${schema}, but this version reads up to ${RECORD_SCHEMA}. Update the kit: git pull, then npm run setup.`,
    );
  }
  const result = lineSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new LabError(
      `${where}: "${issue.path.join('.')}" is wrong: ${issue.message}. Put a good copy back; or delete it, and the folder of its checkpoints where it has one, and run again.`,
    );
  }
  return value as RecordLine;
}

function parseJson(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new LabError(
      `${where} is not JSON: the record is damaged. Put a good copy back; or delete it, and the folder of its checkpoints where it has one, and run again.`,
    );
  }
}
