import type * as tf from '@tensorflow/tfjs';

import { LabError } from '../../../errors';
import { MOMENTUM_UPDATE, MOVE_TOWARDS, RMSPROP_UPDATE } from '../../kernelNames';
import {
  type Attribute,
  elements,
  FLOAT,
  type Graph,
  type GraphNode,
  INT32,
  outputOf,
  type Ref,
} from './graph';
import { type GraphVariables, isSmall, type Pool, readNow, split } from './variables';

/** The kit's updates: how many of their first inputs are the variables that they change. */
const CHANGED_INPUTS: Readonly<Record<string, number>> = {
  [RMSPROP_UPDATE]: 3,
  [MOMENTUM_UPDATE]: 2,
  [MOVE_TOWARDS]: 1,
};

/** Whether a node is one of the kit's updates, which TensorFlow does not know. */
export function isInPlaceUpdate({ operation }: GraphNode): boolean {
  return operation in CHANGED_INPUTS;
}

/**
 * Replaces the kit's updates in a graph by TensorFlow's operations that change variables in place.
 *
 * They make one pass over the numbers instead of one for every multiplication and sum, and one operation updates a whole
 * pool of small variables.
 */
export class InPlaceUpdates {
  /** The new values of the variables that an update changes, read after the change. */
  private readonly after = new Map<GraphNode, readonly Ref[]>();

  constructor(
    private readonly graph: Graph,
    private readonly variables: GraphVariables,
  ) {}

  /** Replaces updates, given in an order in which none needs a later one; returns the nodes that carry them out. */
  replace(updates: readonly GraphNode[]): GraphNode[] {
    return this.groups(updates).flatMap((group) => this.replaceGroup(group));
  }

  /** What a reference to the result of a replaced update is now. */
  now(ref: Ref): Ref {
    return this.after.get(ref.node)?.[ref.index] ?? ref;
  }

  /** Updates that one operation can do: of small variables, with the same constants and rate, that need none of each other. */
  private groups(updates: readonly GraphNode[]): GraphNode[][] {
    const groups = new Map<string, GraphNode[]>();
    const depths = new Map<GraphNode, number>();
    for (const update of updates) {
      const inputs = update.inputs.map(({ node }) => depths.get(node) ?? -1);
      const depth = 1 + Math.max(...inputs);
      depths.set(update, depth);
      const own = isSmall(this.changed(update)[0]) ? '' : update.name;
      const rate = update.inputs[update.inputs.length - 1].node.name;
      const key = JSON.stringify([update.operation, update.attributes, rate, depth, own]);
      groups.set(key, [...(groups.get(key) ?? []), update]);
    }
    return [...groups.values()];
  }

  private replaceGroup(updates: readonly GraphNode[]): GraphNode {
    const [first] = updates;
    const changed = updates.map((update) => this.changed(update));
    const pools = changed[0].map((_, which) =>
      this.variables.pool(changed.map((all) => all[which])),
    );
    const value = this.together(
      updates.map((update) => this.now(update.inputs[valueIndex(update)])),
    );
    const node = this.inPlace(first, pools, value);
    const reads = pools.map((pool) => this.readAfter(pool, node));
    updates.forEach((update, index) => {
      this.after.set(
        update,
        reads.map((parts) => parts[index]),
      );
    });
    return node;
  }

  /** TensorFlow's operation for an update, on pools of variables that it moves by one value. */
  private inPlace(update: GraphNode, pools: readonly Pool[], value: Ref): GraphNode {
    switch (update.operation) {
      case MOVE_TOWARDS:
        return this.gradientDescent(update, pools[0], value);
      case MOMENTUM_UPDATE:
        return this.momentum(update, pools, value);
      default:
        return this.rmsprop(update, pools, value);
    }
  }

  /** The variables that an update changes. */
  changed(update: GraphNode): tf.Variable[] {
    const inputs = update.inputs.slice(0, CHANGED_INPUTS[update.operation]);
    return inputs.map((input) => this.variables.readBy(input));
  }

  /** Tensors as one vector, side by side; a single one as it is. */
  private together(values: readonly Ref[]): Ref {
    const whole = wholeOf(values);
    if (values.length === 1 || whole) {
      return whole ?? values[0];
    }
    const sizes = values.map((value) => elements(outputOf(value).shape));
    const vectors = values.map((value, index) => this.graph.reshape(value, [sizes[index]]));
    const shape = [sizes.reduce((sum, size) => sum + size, 0)];
    const attributes = { N: { i: values.length }, T: { type: FLOAT }, Tidx: { type: INT32 } };
    const inputs = [...vectors, this.graph.scalar(INT32, 0)];
    return this.graph.ref('ConcatV2', inputs, { dtype: FLOAT, shape }, attributes);
  }

  /** average -= rate * (average - value) */
  private gradientDescent(update: GraphNode, pool: Pool, value: Ref): GraphNode {
    const attributes = { T: { type: FLOAT } };
    const output = { dtype: FLOAT, shape: pool.shape };
    const distance = this.graph.ref('Sub', [pool.read, value], output, attributes);
    const rate = this.now(update.inputs[2]);
    const inputs = [pool.handle, rate, distance];
    return this.graph.add('ResourceApplyGradientDescent', inputs, { attributes });
  }

  private rmsprop(update: GraphNode, pools: readonly Pool[], gradient: Ref): GraphNode {
    const { decay, momentum, epsilon } = update.attributes;
    const constants = [decay, momentum, epsilon].map((one) => this.number(one));
    const inputs = [this.now(update.inputs[4]), ...constants, gradient];
    return this.apply('ResourceApplyRMSProp', pools, inputs);
  }

  private momentum(update: GraphNode, pools: readonly Pool[], gradient: Ref): GraphNode {
    const momentum = this.number(update.attributes.momentum);
    return this.apply('ResourceApplyMomentum', pools, [
      this.now(update.inputs[3]),
      gradient,
      momentum,
    ]);
  }

  private apply(operation: string, pools: readonly Pool[], inputs: readonly Ref[]): GraphNode {
    const handles = pools.map(({ handle }) => handle);
    const attributes = { T: { type: FLOAT } };
    // Until then somebody else holds the old values, and TensorFlow would copy them before it changes them.
    const control = [pools[0].lastReader];
    return this.graph.add(operation, [...handles, ...inputs], { attributes, control });
  }

  private readAfter(pool: Pool, update: GraphNode): readonly Ref[] {
    const read = readNow(this.graph, pool.handle, pool.shape, [update]);
    if (pool.members.length === 1) {
      return [read];
    }
    const parts = split(this.graph, read, pool.members);
    return parts.map((part, index) => this.graph.reshape(part, pool.members[index].shape));
  }

  private number(attribute: Attribute): Ref {
    if (!('f' in attribute)) {
      throw new LabError('internal: a constant of an update is not a number.');
    }
    return this.graph.scalar(FLOAT, attribute.f);
  }
}

/** The input that an update moves its variables by: the gradient, or the value to move towards. */
function valueIndex(update: GraphNode): number {
  // The variables come first, the gradient after them.
  return CHANGED_INPUTS[update.operation];
}

/** The vector of which these are all the parts, in order, if they are. */
function wholeOf(values: readonly Ref[]): Ref | undefined {
  const parts = values.map(({ node }) =>
    node.operation === 'Reshape' ? node.inputs[0] : undefined,
  );
  const splitting = parts[0]?.node;
  const isWhole =
    splitting?.operation === 'SplitV' &&
    splitting.outputs.length === values.length &&
    parts.every((part, index) => part?.node === splitting && part.index === index);
  return isWhole ? splitting.inputs[0] : undefined;
}
