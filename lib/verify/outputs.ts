import type { Network, Node } from '../models/node';
import { elements } from '../models/parameters';
import type { ParameterValues } from '../models/parameterValues';
import { Comparison, type Finding, type Recorded } from './comparison';
import { formulaValues } from './formula';
import { type Outputs, runNetwork } from './runNetwork';
import type { ReferenceEntry } from './schema';
import { type Scopes, stageNodes } from './stages';
import { momentsOf } from './statistics';

/** A network with its weights and slim's scopes of its layers. */
export interface LoadedNetwork {
  readonly network: Network;
  readonly scopes: Scopes;
  readonly values: ParameterValues;
}

/** The images are computed, not measured: they are right to single precision or wrong. */
const IMAGE_TOLERANCE = 1e-6;

type Implementation = ReferenceEntry['implementations'][string];

interface RecordedStage {
  readonly shape?: readonly number[];
  readonly images: readonly Recorded[];
}

/** The images of an entry, in network range. */
export function referenceImages({ input }: ReferenceEntry, seed: number) {
  return { values: formulaValues(input.name, input.shape, seed), shape: input.shape };
}

/** Compares the computed images of an entry with what the reference records of them. */
export function compareImages(entry: ReferenceEntry, seed: number): Finding {
  const comparison = new Comparison('images');
  const { values } = referenceImages(entry, seed);
  const { first4, l2 } = entry.input;
  comparison.each('first', values.subarray(0, first4.length), first4, IMAGE_TOLERANCE);
  comparison.close('l2', momentsOf(values).l2, l2, IMAGE_TOLERANCE * l2);
  return comparison.finding();
}

/**
 * Runs a loaded network on the reference's images and compares logits and every stage with the primary
 * implementation, and auxiliary logits with the implementation that has them.
 */
export function compareOutputs(
  loaded: LoadedNetwork,
  entry: ReferenceEntry,
  seed: number,
  allowed: number,
): Finding[] {
  const primary = entry.implementations[entry.primary];
  const auxiliary = Object.values(entry.implementations).find(({ aux_logits: aux }) => aux);
  const expected = { ...primary, aux_logits: auxiliary?.aux_logits };
  return compareImplementation(loaded, expected, referenceImages(entry, seed), { allowed });
}

/** The same for one implementation; `label` precedes the names of the groups. */
export function compareImplementation(
  { network, scopes, values }: LoadedNetwork,
  { logits, stages = {}, aux_logits: auxiliary, PreLogits: features }: Implementation,
  images: ReturnType<typeof referenceImages>,
  { allowed, label = '' }: { readonly allowed: number; readonly label?: string },
): Finding[] {
  const recorded = new Map<string, RecordedStage>(Object.entries(stages));
  if (features) recorded.set('PreLogits', { images: features });
  const points = stageNodes(network, scopes, [...recorded.keys()]);
  const aux = auxiliary && network.auxiliaryOutput;
  const wanted = [network.output, ...points.values(), ...(aux ? [aux] : [])];
  const outputs = runNetwork(network, wanted, values, images);
  const group = (what: string) => new Comparison(label + what, allowed);
  return [
    compareLogits(group('logits'), outputs, network.output, logits),
    compareStages(group(`stages (${recorded.size})`), outputs, points, recorded),
    ...(auxiliary ? [compareLogits(group('auxiliary logits'), outputs, aux, auxiliary)] : []),
  ];
}

function compareLogits(
  comparison: Comparison,
  outputs: Outputs,
  node: Node | undefined,
  expected: readonly Recorded[],
): Finding {
  comparison.images('logits', node ? (outputs.get(node) ?? []) : [], expected);
  return comparison.finding();
}

function compareStages(
  comparison: Comparison,
  outputs: Outputs,
  points: ReadonlyMap<string, Node>,
  recorded: ReadonlyMap<string, RecordedStage>,
): Finding {
  for (const [stage, { shape, images: expected }] of recorded) {
    const node = points.get(stage);
    const images = node ? (outputs.get(node) ?? []) : [];
    if (shape) {
      images.forEach((image) => comparison.length(stage, image.length, elements(shape)));
    }
    comparison.images(stage, images, expected);
  }
  return comparison.finding();
}
