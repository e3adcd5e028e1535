import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { configSchema } from '../../lib/configSchema';
import { projectRoot } from '../../lib/projectRoot';
import { readClaimRecords } from '../../lib/results/claimRecords';
import { type EvaluationRecord, readEvaluation } from '../../lib/results/evaluationRecord';
import { paperNetworks } from '../../lib/results/paper';
import type { RunRecord } from '../../lib/results/record';
import { runId } from '../../lib/results/recordedRun';
import { readRecord } from '../../lib/results/store';

/** Records that are part of the project; others of the same folder are the user's. */
function committed(experiment: string, ending: string): readonly string[] {
  const folder = path.join('results', experiment);
  const listed = execFileSync('git', ['ls-files', folder], {
    cwd: projectRoot(),
    encoding: 'utf8',
  });
  return listed
    .split('\n')
    .filter((file) => file.endsWith(ending) && path.dirname(file) === folder)
    .map((file) => path.join(projectRoot(), file));
}

function runsOf(experiment: string): readonly RunRecord[] {
  return committed(experiment, '.jsonl').map(readRecord);
}

const hasRepository = existsSync(path.join(projectRoot(), '.git'));
const convergence = hasRepository ? runsOf('convergence') : [];
const scaling = hasRepository ? runsOf('residualScaling') : [];
const randomSize = hasRepository ? runsOf('randomSizeCrops') : [];
const runs = [
  ...convergence,
  ...scaling,
  ...['warmUp', 'optimizers'].flatMap((experiment) => (hasRepository ? runsOf(experiment) : [])),
  ...randomSize,
];
const evaluations = ['crops', 'ensembles'].flatMap((experiment) =>
  hasRepository ? committed(experiment, '.json').map(readEvaluation) : [],
);

/** What of a record is not as it must be; none when all is there. */
function faults(record: Pick<RunRecord['run'], 'git' | 'environment' | 'backend'>): string[] {
  const { git, environment, backend } = record;
  const texts = [environment.node, environment.tfjs, environment.platform, environment.processor];
  return [
    ...(/^[0-9a-f]{40}$/.test(git.commit ?? '') ? [] : ['commit']),
    ...(git.dirty === false ? [] : ['dirty']),
    ...(texts.every((text) => typeof text === 'string' && text !== '') ? [] : ['environment']),
    ...(environment.cores > 0 && environment.memoryGiB > 0 ? [] : ['machine']),
    ...(backend.name !== '' && /\d/.test(backend.version) ? [] : ['backend']),
  ];
}

function seedsOf(records: readonly RunRecord[]): number {
  return new Set(records.map(({ run }) => run.config.seed)).size;
}

describe.runIf(hasRepository)('the committed records', () => {
  it('are there', () => {
    expect(runs.length).toBeGreaterThan(0);
    expect(evaluations.length).toBeGreaterThan(0);
  });

  it('of runs have ended, and say what made them', () => {
    for (const { run, final } of runs) {
      expect(faults(run), run.id).toEqual([]);
      expect(['done', 'died', 'diverged'], run.id).toContain(final?.status);
      expect(run.data.sha256, run.id).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it('of runs have a whole config, of which the name of the record is made', () => {
    for (const { run } of runs) {
      expect(configSchema.safeParse(run.config).error, run.id).toBeUndefined();
      expect(runId(run.experiment, run.config)).toBe(run.id);
    }
  });

  it('of evaluations say what made them, and of which weights they are', () => {
    for (const evaluation of evaluations) {
      expect(faults(evaluation), evaluation.id).toEqual([]);
      expect(unknownModels(evaluation), evaluation.id).toEqual([]);
    }
  });

  it('of convergence have three seeds of each network, shallow and at full depth', () => {
    const { runs, shallow } = readClaimRecords('standard');
    for (const records of [shallow, runs.convergence]) {
      for (const network of paperNetworks) {
        const own = (records ?? []).filter(({ run }) => run.config.network.name === network);
        expect(seedsOf(own), network).toBeGreaterThanOrEqual(3);
      }
    }
  });

  it('would be faulty with changes that are not committed, or without a commit', () => {
    const [{ run }] = runs;
    expect(faults({ ...run, git: { ...run.git, dirty: true } })).toEqual(['dirty']);
    expect(faults({ ...run, git: { commit: null, dirty: null } })).toEqual(['commit', 'dirty']);
  });
});

/** Models of an evaluation that are of no committed run. */
function unknownModels({ models }: EvaluationRecord): string[] {
  const ids = [...convergence, ...randomSize].map(({ run }) => run.id);
  return models.map(({ run }) => run ?? 'no run').filter((id) => !ids.includes(id));
}

const SCALES = [1, 0.3, 0.2, 0.1];
const RATES = [0.01, 0.02, 0.045, 0.1, 0.2];
const WIDTHS = [256, 512, 1024, 1792, 2144];

/** The cells of the grid whose seeds are fewer than they must be: three at the corners of scale and width, else two. */
function thinCells(records: readonly RunRecord[]): string[] {
  const cells = SCALES.flatMap((scale) =>
    WIDTHS.flatMap((filters) => RATES.map((rate) => ({ scale, filters, rate }))),
  );
  return cells.flatMap(({ scale, filters, rate }) => {
    const own = records.filter(({ run: { config } }) => {
      const { network, optimizer } = config;
      return (
        network.residualScale.c === scale &&
        network.filters === filters &&
        optimizer.learningRate === rate &&
        optimizer.linearRate === undefined &&
        network.repeats.a === 0
      );
    });
    const isCorner = (scale === 1 || scale === 0.1) && (filters === 256 || filters === 2144);
    const wanted = isCorner ? 3 : 2;
    return seedsOf(own) < wanted ? [`scale ${scale}, ${filters} filters, rate ${rate}`] : [];
  });
}

/** The regime of the search has a width of its own; the others are the grid's. */
const hasGrid = scaling.some(({ run }) => run.config.network.filters !== 512);

// Until the records of the grid have landed.
describe.runIf(hasGrid)('the committed grid of scale, width and rate', () => {
  it('has three seeds at the corners of scale and width, and two elsewhere', () => {
    expect(thinCells(scaling)).toEqual([]);
  });

  it('would be thin without a run of one of its cells', () => {
    const [first] = scaling.filter(({ run }) => run.config.network.filters === 2144);
    const { c } = first.run.config.network.residualScale;
    const { learningRate } = first.run.config.optimizer;
    const without = scaling.filter(
      ({ run }) =>
        run.config.network.filters !== 2144 ||
        run.config.network.residualScale.c !== c ||
        run.config.optimizer.learningRate !== learningRate,
    );
    expect(thinCells(without)).toEqual([`scale ${c}, 2144 filters, rate ${learningRate}`]);
  });
});
