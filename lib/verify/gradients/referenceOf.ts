import { BatchNormReference } from './batchNormReference';
import { ConvolutionReference } from './convolutionReference';
import type { Expectation, LayerValues } from './expectation';
import type { LayerShape } from './layerShapes';
import { PoolReference } from './poolReference';

/** What a layer must compute: the output first, the gradient of the input next. */
export function referenceOf(shape: LayerShape, values: LayerValues): Expectation[] {
  switch (shape.kind) {
    case 'convolution':
    case 'classifier':
      return new ConvolutionReference(shape, values).expectations();
    case 'maxPool':
    case 'averagePool':
      return new PoolReference(shape, values).expectations();
    case 'batchNorm':
      return new BatchNormReference(shape, values).expectations();
  }
}
