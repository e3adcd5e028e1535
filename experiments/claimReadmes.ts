import { judgeClaims } from '../lib/claims/catalogue';
import type { ClaimRecords } from '../lib/claims/claim';
import { readClaimRecords } from '../lib/results/claimRecords';
import {
  drawnFigures,
  readmeFile,
  resultsReadmeFile,
  writeTables,
} from '../lib/results/readmeTable';
import type { Scale } from '../lib/results/scale';
import {
  claimsMarkdown,
  figuresMarkdown,
  type FrontFigure,
  frontPageMarkdown,
  rulesMarkdown,
} from './claimTexts';
import { freshSeedsMarkdown } from './freshSeeds';

/** Figures of the front page; of each row the first that is drawn. */
const FRONT_FIGURES: readonly (readonly FrontFigure[])[] = [
  [
    {
      name: 'figure-26',
      text: 'Top-1 error by epoch of all four networks, here and in the paper (Figure 26)',
    },
    {
      name: 'figure-21',
      text: 'Top-1 error by epoch of Inception-v3 and Inception-ResNet-v1, here and in the paper (Figure 21)',
    },
  ],
  [
    {
      name: 'zeros-by-step',
      text: 'Zeros in the last layer by training step, without residual scaling and with it (section 3.3)',
    },
  ],
];

/** The generated parts of both READMEs. */
export interface ClaimReadmes {
  readonly readme: { readonly claims: string; readonly figures: string };
  readonly results: { readonly claims: string; readonly fresh: string; readonly rules: string };
}

/** What stands in the READMEs by some records. */
export function claimReadmes(records: ClaimRecords): ClaimReadmes {
  const judged = judgeClaims(records);
  const figures = FRONT_FIGURES.flatMap((choices) => {
    const [drawn] = drawnFigures(choices.map(({ name }) => name));
    return choices.filter(({ name }) => name === drawn);
  });
  return {
    readme: {
      claims: frontPageMarkdown(judged, records.paper),
      figures: figuresMarkdown(figures),
    },
    results: {
      claims: claimsMarkdown(judged, records.paper),
      fresh: freshSeedsMarkdown({
        ...records.runs,
        convergence: [...(records.runs.convergence ?? []), ...(records.shallow ?? [])],
      }),
      rules: rulesMarkdown(judged),
    },
  };
}

/** Writes the claims by the committed records into both READMEs; does nothing at scales whose records are not committed. */
export function writeClaimReadmes(scale: Scale): void {
  if (scale !== 'standard') return;
  const { readme, results } = claimReadmes(readClaimRecords(scale));
  writeTables(readmeFile(), readme);
  writeTables(resultsReadmeFile(), results);
}
