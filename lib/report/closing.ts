import { datasetTitle } from '../figures/curves';
import type { Markup } from '../figures/html';
import { html } from '../figures/html';
import type { Paper } from '../results/paper';
import type { RunRecord } from '../results/record';
import { capitalized, count, day, duration, listed, percent } from './format';
import { distinct } from './summary';

/** Section: how far the runs are from the paper, and what follows from that. */
export function limits(paper: Paper, records: readonly RunRecord[]): Markup {
  const configs = records.map(({ run }) => run.config);
  const dataset = datasetTitle(records[0].run);
  const sizes = distinct(configs.map(({ network }) => network.inputSize));
  const epochs = distinct(configs.map((config) => config.epochs));
  const images = distinct(
    configs.map(({ data }) => (data.trainImages === undefined ? 'all' : count(data.trainImages))),
  );
  const seeds = distinct(configs.map(({ seed }) => seed)).length;
  const paperEpochs = Math.max(...Object.values(paper.axes).map(({ x }) => x[1]));
  return html`<section>
    <h2>What this does and does not show</h2>
    <p>
      It shows the paper's comparison in small: plain and residual networks of matched cost, trained
      with the same optimizer as the paper's (RMSProp) and evaluated, like the paper's, on moving
      averages of the parameters. What can be compared is the order of the curves and the distance
      between them within one panel.
    </p>
    <ul>
      <li>
        <strong>Other data.</strong> ${dataset} (images of ${listed(sizes)} pixels a side) instead
        of ImageNet. Error levels of the two panels have nothing to do with one another.
      </li>
      <li>
        <strong>Smaller networks.</strong> ${listed(distinct(configs.map(describeSize)))}. Stem and
        padding are adapted to the small images.
      </li>
      <li>
        <strong>Short training.</strong> ${listed(epochs)} epochs of ${listed(images)} images; the
        paper's plots go on to epoch ${paperEpochs}, and its epochs are passes over ImageNet. Final
        accuracy, which is the paper's second question, is not reached here.
      </li>
      <li>
        <strong>Few seeds.</strong> ${seeds} here, and the paper shows a single curve for each
        network. A difference smaller than the range over the seeds says nothing.
      </li>
      <li>
        <strong>Unknown settings.</strong> The paper gives neither batch size nor regularisation nor
        the decay of the moving averages; those used here are in the records.
      </li>
      <li><strong>The paper's curves are readings.</strong> ${capitalized(paper.note)}</li>
    </ul>
  </section>`;
}

function describeSize({ network }: RunRecord['run']['config']): string {
  const { a, b, c } = network.repeats;
  return `${network.name} has ${network.width} times the filters and ${a}, ${b} and ${c} blocks in its three stages`;
}

/** Section: every run with its outcome and a link to its record; `href` gives the link for an id. */
export function listOfRuns(records: readonly RunRecord[], href: (id: string) => string): Markup {
  return html`<section>
    <h2>The runs</h2>
    <p>
      Each record holds the full configuration, the environment and a line per epoch. All numbers of
      this page come from these records and from results/paper.json.
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Record</th>
            <th class="number">Seed</th>
            <th>Outcome</th>
            <th class="number">Epochs</th>
            <th class="number">Top-1</th>
            <th class="number">Top-5</th>
            <th class="number">Time</th>
            <th>Date</th>
          </tr>
        </thead>
        <tbody>
          ${records.map((record) => runRow(record, href(record.run.id)))}
        </tbody>
      </table>
    </div>
  </section>`;
}

function runRow({ run, epochs, final }: RunRecord, href: string): Markup {
  const last = epochs.at(-1);
  return html`<tr>
    <th scope="row"><a href="${href}">${run.id}</a></th>
    <td class="number">${run.config.seed}</td>
    <td>${final?.status ?? 'unfinished'}</td>
    <td class="number">${epochs.length} of ${run.config.epochs}</td>
    <td class="number">${last ? percent(last.top1Error) : ''}</td>
    <td class="number">${last ? percent(last.top5Error) : ''}</td>
    <td class="number">${final ? duration(final.wallSeconds) : ''}</td>
    <td>${day(run.startedAt)}</td>
  </tr>`;
}
