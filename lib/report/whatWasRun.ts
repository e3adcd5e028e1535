import { datasetTitle } from '../figures/curves';
import type { Markup } from '../figures/html';
import { html } from '../figures/html';
import type { RunRecord } from '../results/record';
import { count, day, duration, listed } from './format';
import type { NetworkRuns } from './summary';
import { distinct } from './summary';

/** Section: networks, data, training, machine and software of the runs. */
export function whatWasRun(
  networks: readonly NetworkRuns[],
  records: readonly RunRecord[],
  scale: string,
): Markup {
  const runs = records.map(({ run }) => run);
  const facts: [string, string][] = [
    ['Scale', scale],
    ['Data', listed(distinct(runs.map((run) => describeData(run))))],
    ['Training', listed(distinct(runs.map(({ config }) => describeTraining(config))))],
    ['Seeds', listed(distinct(runs.map(({ config }) => config.seed)).sort((a, b) => a - b))],
    ['Backend', listed(distinct(runs.map((run) => `${run.backend.name} ${run.backend.version}`)))],
    ['Software', listed(distinct(runs.map(describeSoftware)))],
    ['Machine', listed(distinct(runs.map(describeMachine)))],
    ['Dates', listed(distinct(runs.map(({ startedAt }) => day(startedAt)).sort()))],
    ['Code', listed(distinct(runs.map(describeCode)))],
  ];
  return html`<section>
    <h2>What was run</h2>
    <dl>
      ${facts.map(
        ([term, text]) =>
          html`<dt>${term}</dt>
            <dd>${text}</dd>`,
      )}
    </dl>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Network</th>
            <th class="number">Finished runs</th>
            <th class="number">Parameters</th>
            <th class="number">Multiply-adds</th>
            <th class="number">Mean time of a run</th>
          </tr>
        </thead>
        <tbody>
          ${networks.map(networkRow)}
        </tbody>
      </table>
    </div>
  </section>`;
}

function networkRow({ network, runs }: NetworkRuns): Markup {
  const { parameters, multiplyAdds } = runs[0].run.network;
  const seconds = runs.map(({ final }) => final?.wallSeconds ?? 0);
  const mean = seconds.reduce((sum, value) => sum + value, 0) / runs.length;
  return html`<tr>
    <th scope="row">${network}</th>
    <td class="number">${runs.length}</td>
    <td class="number">${count(parameters)}</td>
    <td class="number">${count(multiplyAdds)}</td>
    <td class="number">${duration(mean)}</td>
  </tr>`;
}

type Run = RunRecord['run'];

function describeData(run: Run): string {
  const { trainImages, testImages } = run.config.data;
  const size = run.config.network.inputSize;
  return `${datasetTitle(run)}: ${countOrAll(trainImages)} training and ${countOrAll(testImages)} test images of ${size} x ${size} pixels in ${run.config.network.classes} classes`;
}

/** Folders are used as a whole where a config gives no number. */
function countOrAll(images: number | undefined): string {
  return images === undefined ? 'all' : count(images);
}

function describeTraining({ epochs, batchSize, optimizer }: Run['config']): string {
  return `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'} in batches of ${batchSize}; RMSProp, decay ${optimizer.decay}, epsilon ${optimizer.epsilon}, learning rate ${optimizer.learningRate}, times ${optimizer.decayRate} every ${optimizer.decayEpochs} epochs`;
}

function describeSoftware({ environment }: Run): string {
  return `TensorFlow.js ${environment.tfjs}, Node ${environment.node}`;
}

function describeMachine({ environment }: Run): string {
  const { processor, cores, memoryGiB, platform } = environment;
  return `${processor}, ${cores} cores, ${memoryGiB} GiB, ${platform}`;
}

function describeCode({ git }: Run): string {
  if (git.commit === null) return 'unknown commit';
  return `commit ${git.commit.slice(0, 12)}${git.dirty ? ' with changes that are not committed' : ''}`;
}
