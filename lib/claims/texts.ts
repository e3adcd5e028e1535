import { datasetTitle } from '../figures/curves';
import { count, listed } from '../report/format';
import { distinct, spread } from '../report/summary';
import type { PaperNetwork } from '../results/paper';
import type { RunRecord } from '../results/record';

/** "1.23 (1.20 to 1.30)": the mean and, of several values, the lowest and the highest. */
export function meanAndRange(values: readonly number[], digits: number): string {
  const { mean, lowest, highest } = spread(values);
  const [first, low, high] = [mean, lowest, highest].map((value) => plain(value, digits));
  return values.length > 1 ? `${first} (${low} to ${high})` : first;
}

/** With a sign, unless it rounds to zero: "+1.2", "-0.3", "0.0". */
export function signed(value: number, digits: number): string {
  const text = plain(value, digits);
  return Number(text) > 0 ? `+${text}` : text;
}

/** The same as `meanAndRange` with signs. */
export function signedRange(values: readonly number[], digits: number): string {
  const { mean, lowest, highest } = spread(values);
  const [first, low, high] = [mean, lowest, highest].map((value) => signed(value, digits));
  return values.length > 1 ? `${first} (${low} to ${high})` : first;
}

/** A network as the paper writes it: "Inception-ResNet-v1". */
export function paperName(network: PaperNetwork): string {
  return network.replace('inception', 'Inception').replace('resnet', 'ResNet');
}

/** "6 runs", "1 run". */
export function counted(number: number, one: string): string {
  return `${count(number)} ${one}${number === 1 ? '' : 's'}`;
}

/** Data, length and cost of runs: "CIFAR-10 at 32x32, 12,800 images, 8 epochs, 12.3 million multiply-adds". */
export function scaleOf(records: readonly RunRecord[]): string {
  const runs = records.map(({ run }) => run);
  const images = runs.map(({ config: { data } }) =>
    data.trainImages === undefined ? 'all' : count(data.trainImages),
  );
  const costs = runs.map(({ network }) => network.multiplyAdds).sort((a, b) => a - b);
  return [
    `${listed(distinct(runs.map(datasetTitle)))} at ${listed(distinct(runs.map(sizeOf)))}`,
    `${listed(distinct(images))} images`,
    lengths(records),
    `${listed(distinct(costs.map(millions)))} million multiply-adds`,
  ].join(', ');
}

/** The epochs of runs, or their steps where a run does not see all its images. */
function lengths(records: readonly RunRecord[]): string {
  const epochs = distinct(records.map(({ run }) => run.config.epochs));
  if (epochs.some((number) => number > 1)) return `${listed(epochs)} epochs`;
  const steps = distinct(records.map(({ final }) => final?.step ?? 0)).sort((a, b) => a - b);
  return `${listed(steps)} steps`;
}

function sizeOf({ config }: RunRecord['run']): string {
  return `${config.network.inputSize}x${config.network.inputSize}`;
}

function millions(value: number): string {
  return (value / 1e6).toFixed(1);
}

/** Without the sign of a negative zero. */
function plain(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text;
}
