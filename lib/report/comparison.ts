import { datasetTitle } from '../figures/curves';
import type { Markup } from '../figures/html';
import { html } from '../figures/html';
import type { Paper } from '../results/paper';
import type { EpochsToError } from './epochsToError';
import { epochsHere, epochsInPaper, networkPairs } from './epochsToError';
import { percent, percentRange } from './format';
import type { NetworkRuns } from './summary';
import { finalError } from './summary';

/** Section: the rows of the paper's Table 2 whose networks were run, beside the errors measured here. */
export function tableTwo(paper: Paper, networks: readonly NetworkRuns[]): Markup {
  const rows = paper.table2.rows.flatMap((row) => {
    const here = networks.find(({ network }) => network === row.network);
    return here ? [tableTwoRow(row, here)] : [];
  });
  const dataset = datasetTitle(networks[0].runs[0].run);
  return html`<section>
    <h2>Table 2: final errors</h2>
    <p>
      Errors in percent. The paper's column is for ImageNet (${paper.table2.what}); the column of
      this machine is for the test images of ${dataset}, with the moving averages of the parameters
      after the last epoch: the mean over the seeds and, in brackets, the lowest and the highest.
      The two columns are different tasks: compare the order of the networks, not the numbers.
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <td></td>
            <th colspan="2">The paper, ImageNet</th>
            <th colspan="2">Here, ${dataset}</th>
            <td></td>
          </tr>
          <tr>
            <th>Network</th>
            <th class="number">Top-1</th>
            <th class="number">Top-5</th>
            <th class="number">Top-1</th>
            <th class="number">Top-5</th>
            <th class="number">Runs</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`;
}

function tableTwoRow(row: Paper['table2']['rows'][number], here: NetworkRuns): Markup {
  const runs = here.runs.length;
  return html`<tr>
    <th scope="row">${row.network}</th>
    <td class="number paper">${percent(row.top1)}</td>
    <td class="number paper">${percent(row.top5)}</td>
    <td class="number">${percentRange(finalError(here, 'top1'), runs)}</td>
    <td class="number">${percentRange(finalError(here, 'top5'), runs)}</td>
    <td class="number">${runs}</td>
  </tr>`;
}

/** Section: how much earlier the residual network of a pair reaches an error; empty without a pair. */
export function speedOfTraining(paper: Paper, networks: readonly NetworkRuns[]): readonly Markup[] {
  const parts = networkPairs.flatMap((pair) => {
    const [plain, residual] = pair.map((name) => networks.find(({ network }) => network === name));
    if (!plain || !residual) return [];
    const dataset = datasetTitle(plain.runs[0].run);
    return [
      html`<h3>${pair[0]} and ${pair[1]}</h3>
        ${outcome(plain, residual)}
        <div class="beside">
          ${epochsTable(`Here, ${dataset}`, pair, epochsHere(plain, residual))}
          ${epochsTable('The paper, ImageNet', pair, epochsInPaper(paper, pair))}
        </div>`,
    ];
  });
  if (parts.length === 0) return [];
  return [
    html`<section>
      <h2>Epochs to reach an error</h2>
      <p>
        The paper's claim is that residual connections speed up training. These tables give the
        first epoch whose top-1 error (here the mean over the seeds, in the paper the digitised
        curve) is at or below a level, and how many times as many epochs the plain network takes.
        Epochs are counted whole, so the ratio is coarse where they are few.
      </p>
      ${parts}
    </section>`,
  ];
}

function epochsTable(
  title: string,
  [plain, residual]: readonly [string, string],
  rows: readonly EpochsToError[],
): Markup {
  if (rows.length === 0) {
    return html`<p>
      <strong>${title}.</strong> The curves have no level that both reach after their first epoch.
    </p>`;
  }
  return html`<div class="scroll">
    <table>
      <caption>
        ${title}
      </caption>
      <thead>
        <tr>
          <th class="number">Error %</th>
          <th class="number">${plain}</th>
          <th class="number">${residual}</th>
          <th class="number">Ratio</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              <td class="number">${row.errorPercent}</td>
              <td class="number">${row.plain}</td>
              <td class="number">${row.residual}</td>
              <td class="number">${(row.plain / row.residual).toFixed(2)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Which network ended lower here, and whether the seeds agree. */
function outcome(plain: NetworkRuns, residual: NetworkRuns): Markup {
  const [first, second] = [plain, residual]
    .map((networkRuns) => ({
      network: networkRuns.network,
      error: finalError(networkRuns, 'top1'),
    }))
    .sort((a, b) => a.error.mean - b.error.mean);
  const apart = first.error.highest < second.error.lowest;
  const seeds = Math.min(plain.runs.length, residual.runs.length);
  const certainty =
    seeds === 1
      ? 'With a single seed of at least one of the networks this may be chance.'
      : apart
        ? 'Every seed of the one is below every seed of the other.'
        : 'The ranges over the seeds overlap, so this may be chance.';
  return html`<p>
    After the last epoch here, ${first.network} has the lower mean top-1 error:
    ${percent(first.error.mean)} % against ${percent(second.error.mean)} %. ${certainty}
  </p>`;
}
