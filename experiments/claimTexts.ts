import type { JudgedClaim } from '../lib/claims/catalogue';
import { CLAIM_EXPERIMENTS, type ClaimExperiment } from '../lib/claims/claim';
import { OUTCOME_RULE } from '../lib/claims/residualScaling';
import type { Paper } from '../lib/results/paper';
import { markdownTable } from './tables';

/** What stands where there is no record to decide on a claim; a state, not a verdict. */
export const NOT_RUN = 'not run at this scale';

const HEADINGS: Readonly<Record<ClaimExperiment, string>> = {
  convergence: 'Residual connections and the speed of training',
  residualScaling: 'Scaling of the residuals',
  warmUp: 'Warm-up and other remedies',
  optimizers: 'The optimizer and running averages',
  crops: 'More crops',
  ensembles: 'Ensembles',
};

/** Every claim of the paper with what was measured: a table for each experiment, for results/README.md. */
export function claimsMarkdown(judged: readonly JudgedClaim[], paper: Paper): string {
  return CLAIM_EXPERIMENTS.map((experiment) => {
    const own = judged.filter(({ claim }) => claim.experiment === experiment);
    const rows = own.map((one) => wideRow(one, paper));
    return `## ${HEADINGS[experiment]}\n\n${plainTable([WIDE_HEAD, ...rows])}`;
  }).join('\n\n');
}

/** The rule of every claim, for results/README.md. */
export function rulesMarkdown(judged: readonly JudgedClaim[]): string {
  const rules = judged.map(({ claim }) => `- \`${claim.id}\`: ${claim.rule}`);
  return [OUTCOME_RULE, rules.join('\n')].join('\n\n');
}

/** The claims in short, for the front page. */
export function frontPageMarkdown(judged: readonly JudgedClaim[], paper: Paper): string {
  const rows = judged.map(({ claim, measured }) => [
    claim.title,
    claim.expects(paper),
    measured ? `${measured.value} (${measured.runs})` : '-',
    measured?.verdict ?? NOT_RUN,
  ]);
  return markdownTable([['claim', 'the paper', 'here', 'verdict'], ...rows], 4);
}

/** Figures one below the other, for the front page. */
export function figuresMarkdown(figures: readonly FrontFigure[]): string {
  return figures.map(({ name, text }) => `![${text}](results/figures/${name}.svg)`).join('\n\n');
}

/** A figure of the front page; `text` stands where the drawing cannot be shown. */
export interface FrontFigure {
  readonly name: string;
  readonly text: string;
}

const WIDE_HEAD = [
  'claim',
  'the paper says',
  'measured here: mean (lowest to highest)',
  'of',
  'verdict',
  'scale and deviations',
];

function wideRow({ claim, measured }: JudgedClaim, paper: Paper): readonly string[] {
  const title = `\`${claim.id}\`: ${claim.title}`;
  const says = `${claim.says(paper)} (${claim.section})`;
  if (!measured) return [title, says, '-', '-', NOT_RUN, claim.deviations];
  const { value, details, runs, verdict, scale } = measured;
  const here = details === undefined ? value : `${value}. ${details}`;
  return [title, says, here, runs, `**${verdict}**`, `${scale}. ${claim.deviations}`];
}

/** Cells of whole sentences: padding them to one width would only make lines endless. */
function plainTable([head, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
