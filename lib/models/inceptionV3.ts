import type { Net } from './layers';
import type { Node, PerStage } from './node';
import { stemV3 } from './stem';

/** 1512.00567 Fig. 5: the Inception block of the 35x35 grid; `poolFilters` is 32 in the first block, 64 after. */
export function inceptionV3A(net: Net, x: Node, poolFilters: number): Node {
  return net.concat(
    net.conv(x, [64, 1]),
    net.conv(x, [48, 1], [64, 5]),
    net.conv(x, [64, 1], [96, 3], [96, 3]),
    net.conv(net.averagePool(x), [poolFilters, 1]),
  );
}

/** The reduction of Inception-v3 from 35x35 to 17x17 (1512.00567 Fig. 10, filters of the reference code). */
export function reductionV3A(net: Net, x: Node): Node {
  return net.concat(
    net.conv(x, [384, 3, 'V/2']),
    net.conv(x, [64, 1], [96, 3], [96, 3, 'V/2']),
    net.maxPool(x, 3, 'V/2'),
  );
}

/** 1512.00567 Fig. 6: the factorised 7x7 block of the 17x17 grid; `filters` is its inner width. */
export function inceptionV3B(net: Net, x: Node, filters: number): Node {
  return net.concat(
    net.conv(x, [192, 1]),
    net.conv(x, [filters, 1], [filters, [1, 7]], [192, [7, 1]]),
    net.conv(
      x,
      [filters, 1],
      [filters, [7, 1]],
      [filters, [1, 7]],
      [filters, [7, 1]],
      [192, [1, 7]],
    ),
    net.conv(net.averagePool(x), [192, 1]),
  );
}

/** The reduction of Inception-v3 from 17x17 to 8x8 (1512.00567 Fig. 10, filters of the reference code). */
export function reductionV3B(net: Net, x: Node): Node {
  return net.concat(
    net.conv(x, [192, 1], [320, 3, 'V/2']),
    net.conv(x, [192, 1], [192, [1, 7]], [192, [7, 1]], [192, 3, 'V/2']),
    net.maxPool(x, 3, 'V/2'),
  );
}

/** 1512.00567 Fig. 7: the block with expanded filter banks of the 8x8 grid. */
export function inceptionV3C(net: Net, x: Node): Node {
  const pointwise = net.conv(x, [320, 1]);
  const single = net.conv(x, [384, 1]);
  const double = net.conv(x, [448, 1], [384, 3]);
  return net.concat(
    pointwise,
    net.conv(single, [384, [1, 3]]),
    net.conv(single, [384, [3, 1]]),
    net.conv(double, [384, [1, 3]]),
    net.conv(double, [384, [3, 1]]),
    net.conv(net.averagePool(x), [192, 1]),
  );
}

/** Inner widths of the 17x17 blocks: 128 in the first, 192 in the last, 160 between (reference code). */
function innerFilters(index: number, count: number): number {
  if (index === 0) return 128;
  return index === count - 1 ? 192 : 160;
}

/** Inception-v3 up to its last grid: 35x35x288, 17x17x768, 8x8x2048 at full width. */
export function inceptionV3(net: Net, images: Node, repeats: PerStage): Node {
  let x = net.block('stem', images, stemV3);
  x = net.repeat(repeats.a, 'inceptionA', x, (_, x, index) =>
    inceptionV3A(net, x, index === 0 ? 32 : 64),
  );
  x = net.block('reductionA', x, reductionV3A);
  x = net.repeat(repeats.b, 'inceptionB', x, (_, x, index) =>
    inceptionV3B(net, x, innerFilters(index, repeats.b)),
  );
  x = net.block('reductionB', x, reductionV3B);
  return net.repeat(repeats.c, 'inceptionC', x, inceptionV3C);
}
