import type { Node } from '../../models/node';
import type { ForeignLayer } from './layerNames';

/** How Keras calls the residual blocks of the three grids. */
const BLOCKS: Readonly<Record<string, string>> = {
  inceptionResNetA: 'block35',
  inceptionResNetB: 'block17',
  inceptionResNetC: 'block8',
};

/**
 * Names of keras.applications: convolutions and batch normalisations are numbered from 1 in the order of their
 * creation; the linear 1x1 of a residual block, the last convolution and the classifier have names of their own.
 *
 * `layers` are in that order.
 */
export function kerasLayerNames(layers: readonly Node[]): ReadonlyMap<string, ForeignLayer> {
  const names = new Map<string, ForeignLayer>();
  let number = 0;
  for (const node of layers) {
    const own = ownName(node);
    names.set(node.name, own ?? numberedName(++number));
  }
  return names;
}

function numberedName(number: number): ForeignLayer {
  return { name: `conv2d_${number}`, batchNorm: `batch_normalization_${number}` };
}

function ownName({ block, operation, name }: Node): ForeignLayer | undefined {
  if (operation.kind === 'classifier') {
    return { name: 'predictions' };
  }
  if (block === 'expansion') {
    return { name: 'conv_7b', batchNorm: 'conv_7b_bn' };
  }
  if (name.endsWith('/linear')) {
    const [kind, number] = block.split('_');
    return { name: `${BLOCKS[kind]}_${Number(number)}_conv` };
  }
  return undefined;
}
