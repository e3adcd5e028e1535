import { readFileSync } from 'node:fs';
import path from 'node:path';

import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';

import { benchMarkdown } from '../../experiments/benchMarkdown';
import { claimReadmes } from '../../experiments/claimReadmes';
import { NOT_RUN } from '../../experiments/claimTexts';
import { errorSummaryMarkdown } from '../../experiments/errorTableTexts';
import { methodMarkdown } from '../../experiments/methodTexts';
import type { BenchResult } from '../../lib/bench/benchRecord';
import { CLAIMS } from '../../lib/claims/catalogue';
import { projectRoot } from '../../lib/projectRoot';
import { recordedErrorTables } from '../../lib/recorded/tables';
import { ERROR_TABLES } from '../../lib/report/errorTables';
import { readBenchFile } from '../../lib/results/benchFile';
import { readClaimRecords } from '../../lib/results/claimRecords';
import { recordedEvaluations } from '../../lib/results/evaluationList';
import { readmeFile, resultsReadmeFile, withTables } from '../../lib/results/readmeTable';
import { methodTable } from '../../lib/training/methodTable';
import { DEFAULT_STABILITY } from '../../lib/training/stabilityOptions';
import { proseOf, unexplainedNumbers } from './prose';

const readme = readFileSync(readmeFile(), 'utf8');
const results = readFileSync(resultsReadmeFile(), 'utf8');
const generated = claimReadmes(readClaimRecords('standard'));

describe('what commands put into the READMEs', () => {
  const evaluations = recordedEvaluations(['crops', 'ensembles'], 'standard');
  const parts = {
    ...generated.readme,
    bench: benchMarkdown(readBenchFile() as BenchResult | undefined),
    errors: errorSummaryMarkdown(recordedErrorTables(ERROR_TABLES, evaluations)),
    method: methodMarkdown(methodTable()),
  };

  it('is what the committed records give', () => {
    expect(withTables(readme, generated.readme), 'run "npm run lab -- report"').toBe(readme);
    expect(withTables(results, generated.results), 'run "npm run lab -- report"').toBe(results);
    expect(withTables(readme, parts), 'run "npm run lab -- table all --readme"').toBe(readme);
  });

  it('is all that stands between marks', () => {
    const marks = (text: string) =>
      [...text.matchAll(/<!-- lab (\w+) table -->/g)].map(([, name]) => name);
    expect(marks(readme).sort()).toEqual(Object.keys(parts).sort());
    expect(marks(results).sort()).toEqual(Object.keys(generated.results).sort());
  });

  it('is noticed when a number in it is changed', () => {
    const changed = readme.replace(/(\| Inception-ResNet-v1 trains .*?)1\.9 times/, '$12.9 times');
    expect(changed).not.toBe(readme);
    expect(withTables(changed, generated.readme)).not.toBe(changed);
  });

  it('is on the front page as Prettier would write it', async () => {
    const options = { ...(await resolveConfig(readmeFile())), parser: 'markdown' };
    for (const part of [generated.readme.claims, generated.readme.figures]) {
      expect(await format(part, options)).toBe(`${part}\n`);
    }
  });

  it('has a row and a rule for every claim, and says where no record decides', () => {
    for (const { id } of CLAIMS) {
      expect(generated.results.claims).toContain(`| \`${id}\`: `);
      expect(generated.results.rules).toContain(`- \`${id}\`: `);
    }
    const rows = claimReadmes({ ...readClaimRecords('standard'), runs: {} }).readme.claims;
    expect(rows.split('\n').filter((row) => row.includes(NOT_RUN)).length).toBeGreaterThan(10);
  });
});

interface Verification {
  readonly allowed: number;
  readonly sections: readonly {
    readonly findings: readonly { readonly compared: number; readonly worst: number }[];
  }[];
}

function verification(name: string): Verification {
  const file = path.join(projectRoot(), 'results', 'verification', `${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as Verification;
}

function findings(name: string) {
  return verification(name).sections.flatMap((section) => section.findings);
}

/** Phrases of README.md whose numbers are in a record or in the code, with these numbers. */
function recordedPhrases(): readonly string[] {
  const compared = findings('tensorflow').reduce((sum, finding) => sum + finding.compared, 0);
  const worst = Math.max(...findings('tensorflow-onednn').map((finding) => finding.worst));
  const { every, diedAfter } = DEFAULT_STABILITY;
  return [
    `All ${compared.toLocaleString('en-US')} numbers are within the reference's tolerance`,
    `one of them is ${worst.toFixed(2)} tolerances off`,
    `only zeros for ${diedAfter} steps`,
    `every ${every} steps the record tells`,
  ];
}

/** Phrases with numbers that are in no record, and why they need none. */
const ALLOWED: Readonly<Record<string, string>> = {
  "(1e-5 of a tensor's standard deviation)": 'a tolerance that was chosen',
  'for up to 50 classes the confusion matrix': 'a limit in the code',
  '1000 or 1001 classes': 'a choice of the user',
  'wide 1x1 convolutions (1088 or 2080 to 192)': 'filters of the networks',
};

describe('the numbers in the prose of the READMEs', () => {
  const phrases = [...recordedPhrases(), ...Object.keys(ALLOWED)];

  it('are in a record, or names, or allowed for a reason', () => {
    expect(unexplainedNumbers(readme, phrases)).toEqual([]);
    expect(unexplainedNumbers(results, [])).toEqual([]);
  });

  it('are all still there, so that no phrase outlives its number', () => {
    const prose = proseOf(readme);
    for (const phrase of phrases) expect(prose).toContain(phrase);
  });

  it.each([
    'It ends with an error of 17.3 %.',
    'It trains 3.4 times as fast.',
    'A second run takes 40 s.',
    'All 8,658 numbers are within.',
    'Inception-v4 needs 21 million multiply-adds.',
    'Losses agree within 1e-5.',
    'In Figure 21 it is 5 points better.',
    'The 12 crops cost 61 passes.',
    'A 95 % share of the runs died.',
  ])('are noticed: %s', (sentence) => {
    expect(unexplainedNumbers(`${readme}\n\n${sentence}\n`, phrases)).toHaveLength(1);
  });

  it('are names where figures, sections, networks, versions and ways of evaluating are meant', () => {
    const sentence =
      'Figs. 21-26 and Figures 3 to 20, Tables 2 to 5, section 3.3 of 1602.07261v2 (2016): Inception-v4 and ' +
      'Inception-ResNet-v1 and -v2 on CIFAR-10, top-1 and top-5 error with a 95 % interval, 299x299 in bfloat16, ' +
      'Node 20.9, with 1, 12 and 144 crops; `--port 8888`.';
    expect(unexplainedNumbers(sentence, [])).toEqual([]);
  });
});
