import { grid8, inceptionResNetA, inceptionResNetB } from './inceptionResNetV1';
import type { Net } from './layers';
import type { Node, PerStage } from './node';

/** Filters of the middle grid, to which the reduction's last column adds the rest. */
const MIDDLE = 96;

/** What decides the network of the study, beside its repeats. */
export interface StudyOptions {
  /** Filters of the last grid, more than 96 and a multiple of 4: what section 3.3 says decides over life and death. */
  readonly filters: number;
  readonly scale: PerStage;
  readonly lastBatchNorm?: boolean;
}

/**
 * No figure of the paper: the blocks of Inception-ResNet-v1 (Figs. 10, 11 and 13) at their printed filters on the grids
 * 8x8x32, 4x4x96 and 2x2x`filters` of 32x32 images, after a stem of two convolutions.
 *
 * So small that the number of filters, the scale and the learning rate of section 3.3 can be tried one by one in seconds.
 */
export function studyNetwork(
  net: Net,
  images: Node,
  repeats: PerStage,
  { filters, scale, lastBatchNorm = false }: StudyOptions,
): Node {
  let x = net.block('stem', images, (_, x) => net.conv(x, [24, 3, 'V/2'], [32, 3, 'V/2']));
  x = net.repeat(repeats.a, 'inceptionResNetA', x, (_, x) => inceptionResNetA(net, x, scale.a));
  x = net.block('reductionA', x, reductionA);
  x = net.repeat(repeats.b, 'inceptionResNetB', x, (_, x) => inceptionResNetB(net, x, scale.b));
  x = net.block('reductionB', x, (_, x) => reductionB(net, x, filters));
  return grid8(net, x, repeats.c, scale.c, lastBatchNorm);
}

/** 8x8x32 to 4x4x96. */
function reductionA(net: Net, x: Node): Node {
  return net.concat(
    net.maxPool(x, 3, 'V/2'),
    net.conv(x, [32, 3, 'V/2']),
    net.conv(x, [32, 1], [32, 3, 'V/2']),
  );
}

/** 4x4x96 to 2x2x`filters`. */
function reductionB(net: Net, x: Node, filters: number): Node {
  return net.concat(
    net.maxPool(x, 3, 'V/2'),
    net.conv(x, [MIDDLE, 3, 'V/2'], [filters - MIDDLE, 1]),
  );
}
