import type { Net, ResidualOptions } from './layers';
import type { Node, PerStage } from './node';
import { reductionA, TABLE_1 } from './reductionA';
import { stemResNetV1 } from './stem';

/** Fig. 10: Inception-ResNet-A of Inception-ResNet-v1, 35x35 grid. */
export function inceptionResNetA(net: Net, x: Node, scale: number): Node {
  return net.residual(
    x,
    [net.conv(x, [32, 1]), net.conv(x, [32, 1], [32, 3]), net.conv(x, [32, 1], [32, 3], [32, 3])],
    { stage: 'a', scale },
  );
}

/** Fig. 11: Inception-ResNet-B of Inception-ResNet-v1, 17x17 grid. */
export function inceptionResNetB(net: Net, x: Node, scale: number): Node {
  return net.residual(
    x,
    [net.conv(x, [128, 1]), net.conv(x, [128, 1], [128, [1, 7]], [128, [7, 1]])],
    { stage: 'b', scale },
  );
}

/** Fig. 12: Reduction-B of Inception-ResNet-v1, 17x17 to 8x8. */
export function reductionB(net: Net, x: Node): Node {
  return net.concat(
    net.conv(x, [256, 1], [384, 3, 'V/2']),
    net.conv(x, [256, 1], [256, 3, 'V/2']),
    net.conv(x, [256, 1], [256, 3], [256, 3, 'V/2']),
    net.maxPool(x, 3, 'V/2'),
  );
}

/** Fig. 13: Inception-ResNet-C of Inception-ResNet-v1, 8x8 grid. */
export function inceptionResNetC(net: Net, x: Node, options: Omit<ResidualOptions, 'stage'>): Node {
  return net.residual(
    x,
    [net.conv(x, [192, 1]), net.conv(x, [192, 1], [192, [1, 3]], [192, [3, 1]])],
    { stage: 'c', ...options },
  );
}

/**
 * Fig. 15: Inception-ResNet-v1 up to its last grid: 35x35x256, 17x17x896, 8x8x1792 at full width.
 *
 * `lastBatchNorm` adds the batch normalisation that section 3.3 tried on the last layer.
 */
export function inceptionResNetV1(
  net: Net,
  images: Node,
  repeats: PerStage,
  scale: PerStage,
  lastBatchNorm = false,
): Node {
  let x = net.block('stem', images, stemResNetV1);
  x = net.repeat(repeats.a, 'inceptionResNetA', x, (_, x) => inceptionResNetA(net, x, scale.a));
  x = net.block('reductionA', x, (_, x) => reductionA(net, x, TABLE_1['inception-resnet-v1']));
  x = net.repeat(repeats.b, 'inceptionResNetB', x, (_, x) => inceptionResNetB(net, x, scale.b));
  x = net.block('reductionB', x, reductionB);
  return grid8(net, x, repeats.c, scale.c, lastBatchNorm);
}

/** The blocks of the 8x8 grid; the last sum with or without the batch normalisation that section 3.3 tried. */
export function grid8(
  net: Net,
  x: Node,
  repeats: number,
  scale: number,
  lastBatchNorm: boolean,
): Node {
  return net.repeat(repeats, 'inceptionResNetC', x, (_, x, index) =>
    inceptionResNetC(net, x, { scale, batchNorm: lastBatchNorm && index === repeats - 1 }),
  );
}

/** The trunk of the released facenet networks: Fig. 15 and one more Inception-ResNet-C, with scale 1 and without ReLU. */
export function inceptionResNetV1Released(
  net: Net,
  images: Node,
  repeats: PerStage,
  scale: PerStage,
): Node {
  const x = inceptionResNetV1(net, images, { ...repeats, c: repeats.c - 1 }, scale);
  return net.block(`inceptionResNetC_${String(repeats.c).padStart(2, '0')}`, x, (_, x) =>
    inceptionResNetC(net, x, { scale: 1, activation: 'linear' }),
  );
}
