import { inceptionResNetA } from '../models/inceptionResNetV1';
import { Net } from '../models/layers';
import type { Network } from '../models/node';

const BLOCKS = 5;
const DEPTH = 256;
const GRID = 17;
const CLASSES = 10;
/** Scale of the released code for its first grid. */
const SCALE = 0.17;

/** The benchmark block stack: 5 Inception-ResNet-A blocks (Fig. 10) on a 17x17 grid of 256 channels, mean, classifier. */
export function blockStack(): Network {
  const net = new Net({ inputSize: GRID, width: 1, paddingOfV: 'valid', stemStride: 1 });
  const grid = net.repeat(BLOCKS, 'inceptionResNetA', net.input(DEPTH), (_, x) =>
    inceptionResNetA(net, x, SCALE),
  );
  const output = net.block('head', grid, (_, x) =>
    net.classifier(net.globalAveragePool(x), CLASSES),
  );
  return { name: 'block-stack', nodes: net.nodes, output };
}
