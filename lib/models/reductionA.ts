import type { Net } from './layers';
import type { Node } from './node';

/** A row of Table 1: the filters of Reduction-A. */
export interface ReductionAFilters {
  readonly k: number;
  readonly l: number;
  readonly m: number;
  readonly n: number;
}

/** Table 1: the filters of Reduction-A in the three networks of the paper. */
export const TABLE_1 = {
  'inception-v4': { k: 192, l: 224, m: 256, n: 384 },
  'inception-resnet-v1': { k: 192, l: 192, m: 256, n: 384 },
  'inception-resnet-v2': { k: 256, l: 256, m: 384, n: 384 },
} as const satisfies Readonly<Record<string, ReductionAFilters>>;

/** Fig. 7: Reduction-A, 35x35 to 17x17; k, l, m, n from Table 1. */
export function reductionA(net: Net, x: Node, { k, l, m, n }: ReductionAFilters): Node {
  return net.concat(
    net.conv(x, [n, 3, 'V/2']),
    net.conv(x, [k, 1], [l, 3], [m, 3, 'V/2']),
    net.maxPool(x, 3, 'V/2'),
  );
}
