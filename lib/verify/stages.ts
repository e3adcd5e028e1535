import type { Network, Node } from '../models/node';

/** The slim scopes of layers by their path in the network, e.g. `InceptionV3/Conv2d_1a_3x3` of `stem/conv1`. */
export type Scopes = ReadonlyMap<string, string>;

/**
 * The nodes that put out slim's end points, by name without the network's own scope: `Mixed_5b`, `Repeat/block35_1`.
 *
 * A point that is a layer's scope is that layer. One that holds several layers is the concatenation or the residual
 * sum that follows the last of them. Pools have no weights and hence no scope here: the ones of the stem come in
 * order, and `PreLogits` is the average over the last grid.
 */
export function stageNodes(
  network: Network,
  scopes: Scopes,
  stages: readonly string[],
): ReadonlyMap<string, Node> {
  const pools = network.nodes.filter(
    ({ block, operation }) => block === 'stem' && operation.kind === 'maxPool',
  );
  const poolStages = stages.filter((stage) => stage.startsWith('MaxPool_'));
  const nodes = new Map<string, Node>();
  for (const stage of stages) {
    const node =
      stage === 'PreLogits'
        ? lastAverage(network)
        : (pools[poolStages.indexOf(stage)] ?? layerOrJoin(network, scopes, stage));
    if (node) {
      nodes.set(stage, node);
    }
  }
  return nodes;
}

function lastAverage({ nodes }: Network): Node | undefined {
  return nodes.filter(({ operation }) => operation.kind === 'averagePool').at(-1);
}

function layerOrJoin({ nodes }: Network, scopes: Scopes, stage: string): Node | undefined {
  const points = nodes.map(({ name }) => withoutRoot(scopes.get(name) ?? ''));
  const layer = points.indexOf(stage);
  const last = points.map((point) => point.startsWith(`${stage}/`)).lastIndexOf(true);
  if (layer >= 0 || last < 0) {
    return nodes[layer];
  }
  return nodes
    .slice(last)
    .find(({ operation: { kind } }) => kind === 'concat' || kind === 'residualSum');
}

function withoutRoot(scope: string): string {
  return scope.slice(scope.indexOf('/') + 1);
}
