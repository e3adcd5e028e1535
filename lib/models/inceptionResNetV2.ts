import { reductionB as reductionV1B } from './inceptionResNetV1';
import type { Net, ResidualOptions } from './layers';
import type { Node, PerStage } from './node';
import { reductionA, TABLE_1 } from './reductionA';
import { stemV3, stemV4 } from './stem';

/** Fig. 16: Inception-ResNet-A of Inception-ResNet-v2, 35x35 grid. */
export function inceptionResNetV2A(net: Net, x: Node, scale: number): Node {
  return net.residual(
    x,
    [net.conv(x, [32, 1]), net.conv(x, [32, 1], [32, 3]), net.conv(x, [32, 1], [48, 3], [64, 3])],
    { stage: 'a', scale },
  );
}

/**
 * Fig. 17: Inception-ResNet-B of Inception-ResNet-v2, 17x17 grid.
 *
 * The figure prints 1154 filters on the linear 1x1; the sum needs the 1152 of its input.
 */
export function inceptionResNetV2B(net: Net, x: Node, scale: number): Node {
  return net.residual(
    x,
    [net.conv(x, [192, 1]), net.conv(x, [128, 1], [160, [1, 7]], [192, [7, 1]])],
    { stage: 'b', scale },
  );
}

/** Fig. 18: Reduction-B of Inception-ResNet-v2, 17x17 to 8x8 (its caption says v1). */
export function reductionV2B(net: Net, x: Node): Node {
  return net.concat(
    net.conv(x, [256, 1], [384, 3, 'V/2']),
    net.conv(x, [256, 1], [288, 3, 'V/2']),
    net.conv(x, [256, 1], [288, 3], [320, 3, 'V/2']),
    net.maxPool(x, 3, 'V/2'),
  );
}

/**
 * Fig. 19: Inception-ResNet-C of Inception-ResNet-v2, 8x8 grid.
 *
 * The figure prints 2048 filters on the linear 1x1, which fits the output of Fig. 12 but not the 2144 of Fig. 18.
 */
export function inceptionResNetV2C(
  net: Net,
  x: Node,
  options: Omit<ResidualOptions, 'stage'>,
): Node {
  return net.residual(
    x,
    [net.conv(x, [192, 1]), net.conv(x, [192, 1], [224, [1, 3]], [256, [3, 1]])],
    { stage: 'c', ...options },
  );
}

/** Mixed_5b of the reference code, not in the paper: 35x35x192 to 35x35x320. */
export function mixedV2(net: Net, x: Node): Node {
  return net.concat(
    net.conv(x, [96, 1]),
    net.conv(x, [48, 1], [64, 5]),
    net.conv(x, [64, 1], [96, 3], [96, 3]),
    net.conv(net.averagePool(x), [64, 1]),
  );
}

/**
 * Inception-ResNet-v2 of the paper's figures up to its last grid: 35x35x384, 17x17x1152, then 8x8x2144 with the
 * reduction of Fig. 18 (reading R1) or 8x8x2048 with that of Fig. 12 (reading R2).
 *
 * `lastBatchNorm` adds the batch normalisation that section 3.3 tried on the last layer.
 */
export function inceptionResNetV2(
  net: Net,
  images: Node,
  repeats: PerStage,
  scale: PerStage,
  { reading, lastBatchNorm = false }: { reading: 'R1' | 'R2'; lastBatchNorm?: boolean },
): Node {
  let x = net.block('stem', images, stemV4);
  x = grids35And17(net, x, repeats, scale);
  x = net.block('reductionB', x, reading === 'R1' ? reductionV2B : reductionV1B);
  return net.repeat(repeats.c, 'inceptionResNetC', x, (_, x, index) =>
    inceptionResNetV2C(net, x, {
      scale: scale.c,
      batchNorm: lastBatchNorm && index === repeats.c - 1,
    }),
  );
}

/**
 * Inception-ResNet-v2 as slim, Keras and timm have it, up to its last grid: 35x35x320, 17x17x1088, 8x8x1536.
 *
 * It differs from the figures in its stem, in a last block with scale 1 and without ReLU, and in a 1x1 convolution
 * after it.
 */
export function inceptionResNetV2Released(
  net: Net,
  images: Node,
  repeats: PerStage,
  scale: PerStage,
): Node {
  let x = net.block('stem', images, stemV3);
  x = net.block('mixed', x, mixedV2);
  x = grids35And17(net, x, repeats, scale);
  x = net.block('reductionB', x, reductionV2B);
  x = net.repeat(repeats.c, 'inceptionResNetC', x, (_, x, index) =>
    inceptionResNetV2C(
      net,
      x,
      index === repeats.c - 1 ? { scale: 1, activation: 'linear' } : { scale: scale.c },
    ),
  );
  return net.block('expansion', x, (_, x) => net.conv(x, [1536, 1]));
}

function grids35And17(net: Net, x: Node, repeats: PerStage, scale: PerStage): Node {
  x = net.repeat(repeats.a, 'inceptionResNetA', x, (_, x) => inceptionResNetV2A(net, x, scale.a));
  x = net.block('reductionA', x, (_, x) => reductionA(net, x, TABLE_1['inception-resnet-v2']));
  return net.repeat(repeats.b, 'inceptionResNetB', x, (_, x) =>
    inceptionResNetV2B(net, x, scale.b),
  );
}
