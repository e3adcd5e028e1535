import type { Net } from './layers';
import type { Node } from './node';

/**
 * The auxiliary head on the last 17x17 grid: 5x5 average pooling with stride 3, 1x1x128, one convolution over the
 * whole remaining grid (5x5 at 299x299 input) to 768, and logits of its own.
 *
 * 1512.00567 section 4 describes it and the released code of slim has it in Inception-v3, Inception-v4 and
 * Inception-ResNet-v2; no figure of the paper shows it. It is used in training only.
 */
export function auxiliaryHead(net: Net, x: Node, classes: number): Node {
  const pooled = net.averagePool(x, 5, 'V/3');
  const covered = net.convOverGrid(net.conv(pooled, [128, 1]), 768);
  return net.classifier(covered, classes);
}
