import type { Net } from './layers';
import type { Node, PerStage } from './node';
import { reductionA, TABLE_1 } from './reductionA';
import { stemV4 } from './stem';

/** Fig. 4: Inception-A of Inception-v4, 35x35 grid. */
export function inceptionA(net: Net, x: Node): Node {
  return net.concat(
    net.conv(x, [96, 1]),
    net.conv(x, [64, 1], [96, 3]),
    net.conv(x, [64, 1], [96, 3], [96, 3]),
    net.conv(net.averagePool(x), [96, 1]),
  );
}

/**
 * Fig. 5: Inception-B of Inception-v4, 17x17 grid.
 *
 * The figure prints "1x7" twice in its third column; the reference code has the pair 1x7, 7x1, and its order 7x1, 1x7
 * in the fourth, without which published weights do not fit.
 */
export function inceptionB(net: Net, x: Node): Node {
  return net.concat(
    net.conv(x, [384, 1]),
    net.conv(x, [192, 1], [224, [1, 7]], [256, [7, 1]]),
    net.conv(x, [192, 1], [192, [7, 1]], [224, [1, 7]], [224, [7, 1]], [256, [1, 7]]),
    net.conv(net.averagePool(x), [128, 1]),
  );
}

/** Fig. 8: Reduction-B of Inception-v4, 17x17 to 8x8. */
export function reductionV4B(net: Net, x: Node): Node {
  return net.concat(
    net.conv(x, [192, 1], [192, 3, 'V/2']),
    net.conv(x, [256, 1], [256, [1, 7]], [320, [7, 1]], [320, 3, 'V/2']),
    net.maxPool(x, 3, 'V/2'),
  );
}

/** Fig. 6: Inception-C of Inception-v4, 8x8 grid; the reference code has 3x1 before 1x3 in the last column. */
export function inceptionC(net: Net, x: Node): Node {
  const pointwise = net.conv(x, [256, 1]);
  const single = net.conv(x, [384, 1]);
  const double = net.conv(x, [384, 1], [448, [3, 1]], [512, [1, 3]]);
  return net.concat(
    pointwise,
    net.conv(single, [256, [1, 3]]),
    net.conv(single, [256, [3, 1]]),
    net.conv(double, [256, [1, 3]]),
    net.conv(double, [256, [3, 1]]),
    net.conv(net.averagePool(x), [256, 1]),
  );
}

/** Fig. 9: Inception-v4 up to its last grid: 35x35x384, 17x17x1024, 8x8x1536 at full width. */
export function inceptionV4(net: Net, images: Node, repeats: PerStage): Node {
  let x = net.block('stem', images, stemV4);
  x = net.repeat(repeats.a, 'inceptionA', x, inceptionA);
  x = net.block('reductionA', x, (_, x) => reductionA(net, x, TABLE_1['inception-v4']));
  x = net.repeat(repeats.b, 'inceptionB', x, inceptionB);
  x = net.block('reductionB', x, reductionV4B);
  return net.repeat(repeats.c, 'inceptionC', x, inceptionC);
}
