import { Net } from '../../lib/models/layers';
import type { Network } from '../../lib/models/node';

/**
 * A residual sum on images, average pooling and logits, without batch normalisation, dropout or anything random: what a
 * batch gives is the mean of what its images give.
 */
export function plainNetwork(size: number, classes: number): Network {
  const net = new Net({ inputSize: size, width: 1, paddingOfV: 'same', stemStride: 1 });
  const images = net.input();
  const sum = net.block('block', images, (_, x) =>
    net.residual(x, [net.maxPool(x, 2, 'V'), net.averagePool(x, 3)], { stage: 'a', scale: 0.5 }),
  );
  const output = net.block('head', sum, (_, x) =>
    net.classifier(net.globalAveragePool(x), classes),
  );
  return { name: 'plain', nodes: net.nodes, output };
}
