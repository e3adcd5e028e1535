import { LabError } from '../errors';
import type { Network, Node } from './node';

/**
 * The last layer before the average pooling at the top of a network: the one that "dies" in section 3.3.
 *
 * The concatenation of the last block in the plain networks, the last residual sum in Inception-ResNet, and the 1x1
 * convolution after it in the released Inception-ResNet-v2. Throws a LabError for a network without such a pooling.
 */
export function lastLayer({ name, output }: Network): Node {
  let node: Node | undefined = output;
  while (node && node.operation.kind !== 'averagePool') {
    [node] = node.inputs;
  }
  if (!node) {
    throw new LabError(`internal: "${name}" has no average pooling before its output.`);
  }
  return node.inputs[0];
}
