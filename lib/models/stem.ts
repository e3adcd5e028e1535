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
  // The figure prints no "V" on its last box, but only a valid convolution gives the 35x35 that it states.
  return net.conv(x, [80, 1], [192, 3, 'V'], [256, 3, 'V/2']);
}
