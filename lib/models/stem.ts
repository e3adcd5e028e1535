import type { Mark, Net } from './layers';
import type { Node } from './node';

const first = (net: Net): Mark => (net.options.stemStride === 2 ? 'V/2' : 'V');

/** The stem of Inception-v3 (1512.00567 Table 1, with the filters of the reference code): 299x299 to 35x35x192. */
export function stemV3(net: Net, x: Node): Node {
  x = net.conv(x, [32, 3, first(net)], [32, 3, 'V'], [64, 3]);
  x = net.maxPool(x, 3, 'V/2');
  x = net.conv(x, [80, 1, 'V'], [192, 3, 'V']);
  return net.maxPool(x, 3, 'V/2');
}

/** Fig. 14: the stem of Inception-ResNet-v1, 299x299 to 35x35x256. */
export function stemResNetV1(net: Net, x: Node): Node {
  x = net.conv(x, [32, 3, first(net)], [32, 3, 'V'], [64, 3]);
  x = net.maxPool(x, 3, 'V/2');
  return net.conv(x, [80, 1], [192, 3, 'V'], [256, 3, 'V/2']);
}

/**
 * Fig. 3: the stem of Inception-v4, 299x299 to 35x35x384.
 *
 * The figure's last fork prints neither the convolution's stride nor the pool's kernel; 35x35 needs 3x3 with stride 2
 * in both. Its 7x1 comes before its 1x7; the order here is the reference code's.
 */
export function stemV4(net: Net, x: Node): Node {
  x = net.conv(x, [32, 3, first(net)], [32, 3, 'V'], [64, 3]);
  x = net.concat(net.maxPool(x, 3, 'V/2'), net.conv(x, [96, 3, 'V/2']));
  x = net.concat(
    net.conv(x, [64, 1], [96, 3, 'V']),
    net.conv(x, [64, 1], [64, [1, 7]], [64, [7, 1]], [96, 3, 'V']),
  );
  return net.concat(net.conv(x, [192, 3, 'V/2']), net.maxPool(x, 3, 'V/2'));
}
