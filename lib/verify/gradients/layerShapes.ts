import type { NetworkConfig } from '../../models/networks';
import { buildNetwork } from '../../models/networks';
import type { Node, Shape, Window } from '../../models/node';

/** What the self-test computes of a layer. A batch normalisation is one of its own, apart from its convolution. */
export type LayerKind = 'convolution' | 'classifier' | 'maxPool' | 'averagePool' | 'batchNorm';

/** One computation with everything that a kernel may decide by; where no window slides it is 1x1 with stride 1. */
export interface LayerShape extends Window {
  readonly kind: LayerKind;
  /** Height, width and depth, without the batch. */
  readonly input: Shape;
  readonly output: Shape;
  /** The first layer that has this shape. */
  readonly layer: string;
}

const NO_WINDOW: Window = { kernel: [1, 1], stride: 1, padding: 'valid' };

/** Every distinct shape of the networks of some configs, each once, in the order in which layers come up. */
export function layerShapes(configs: readonly NetworkConfig[]): readonly LayerShape[] {
  const distinct = new Map<string, LayerShape>();
  const nodes = configs.flatMap((config) => buildNetwork(config).nodes);
  for (const shape of nodes.flatMap(shapesOf)) {
    const key = `${shape.kind} ${shapeText(shape)}`;
    if (!distinct.has(key)) {
      distinct.set(key, shape);
    }
  }
  return [...distinct.values()];
}

/** A shape in words: `3x3 stride 2 valid, 35x35x320 -> 17x17x384`. */
export function shapeText({ kind, kernel, stride, padding, input, output }: LayerShape): string {
  const window = `${kernel.join('x')} stride ${stride} ${padding}, `;
  const slides = kind !== 'classifier' && kind !== 'batchNorm';
  return `${slides ? window : ''}${input.join('x')} -> ${output.join('x')}`;
}

function shapesOf({ name: layer, operation, inputs, shape: output }: Node): LayerShape[] {
  const place = { input: inputs[0]?.shape, output, layer };
  switch (operation.kind) {
    case 'convolution': {
      const { kind, kernel, stride, padding } = operation;
      const sums: LayerShape = { kind, kernel, stride, padding, ...place };
      const norm: LayerShape = { kind: 'batchNorm', ...NO_WINDOW, ...place, input: output };
      return operation.activation === 'relu' ? [sums, norm] : [sums];
    }
    case 'maxPool':
    case 'averagePool':
      return [{ ...operation, ...place }];
    case 'classifier':
      return [{ kind: 'classifier', ...NO_WINDOW, ...place }];
    default:
      return [];
  }
}
