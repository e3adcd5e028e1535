import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

import { addressOf, allocate, dispose, type KernelCall, valuesOf } from './backend';
import { panelColumns } from './convolution';
import { framed } from './margins';
import { type Phase, phasesOf } from './phases';
import { simd } from './simd';
import { type ConvolutionAttributes, convolutionInfo, type WindowInfo } from './windows';

type Inputs = Readonly<Record<'dy' | 'filter', tf.TensorInfo>>;

interface Attributes extends ConvolutionAttributes {
  readonly inputShape: readonly number[];
}

/**
 * Conv2DBackpropInput: dx of a convolution, as convolutions of dy.
 *
 * Every input position collects from the windows that cover it: dy, in a margin of zeros, is convolved with the filter
 * turned by 180 degrees and its input and output channels exchanged. With a stride, an input position is covered by
 * only every stride-th row and column of the filter, so each residue class of positions has a convolution of its own.
 */
export function conv2DBackpropInput({
  inputs: { dy, filter },
  attrs,
  backend,
}: KernelCall<Inputs, Attributes>): tf.TensorInfo {
  const info = convolutionInfo(attrs.inputShape, filter.shape, attrs);
  const rows = phasesOf({
    size: info.inHeight,
    filter: info.filterHeight,
    stride: info.strideHeight,
    before: info.padInfo.top,
  });
  const columns = phasesOf({
    size: info.inWidth,
    filter: info.filterWidth,
    stride: info.strideWidth,
    before: info.padInfo.left,
  });
  const errors = framed(backend, dy, {
    height: rows.framedSize,
    width: columns.framedSize,
    top: rows.margin,
    left: columns.margin,
  });
  const work = new PhaseConvolution(backend, errors, filter, info);
  for (const row of rows.phases) {
    for (const column of columns.phases) {
      work.add(row, column);
    }
  }
  return work.finish();
}

/** Fills dx phase by phase. */
class PhaseConvolution {
  private readonly dx: tf.TensorInfo;
  private readonly panels: tf.TensorInfo;
  private readonly workspace: tf.TensorInfo;

  constructor(
    private readonly backend: BackendWasm,
    private readonly errors: tf.TensorInfo,
    private readonly filter: tf.TensorInfo,
    private readonly info: WindowInfo,
  ) {
    const { filterHeight, filterWidth, inChannels, outChannels } = info;
    const rows = filterHeight * filterWidth * outChannels;
    this.panels = allocate(backend, [rows, panelColumns(inChannels)]);
    this.workspace = allocate(backend, [simd(backend).sizeOfConvolveWorkspace({})]);
    this.dx = allocate(backend, info.inShape);
    if (filterHeight < info.strideHeight || filterWidth < info.strideWidth) {
      // Positions between the windows have no phase of their own.
      valuesOf(backend, this.dx).fill(0);
    }
  }

  /** The positions of one row phase and one column phase. */
  add(row: Phase, column: Phase): void {
    this.pack(row, column);
    const { backend, errors, info } = this;
    const { inHeight, inWidth, inChannels, outChannels, strideHeight, strideWidth } = info;
    const [, height, width] = errors.shape;
    const source = (row.source * width + column.source) * outChannels;
    const target = (row.position * inWidth + column.position) * inChannels;
    simd(backend).convolve({
      input: addressOf(backend, errors) + 4 * source,
      panels: addressOf(backend, this.panels),
      output: addressOf(backend, this.dx) + 4 * target,
      workspace: addressOf(backend, this.workspace),
      images: info.batchSize,
      height: row.count,
      width: column.count,
      channels: inChannels,
      inputImagePitch: height * width * outChannels,
      inputRowPitch: width * outChannels,
      inputColumnPitch: outChannels,
      outputImagePitch: inHeight * inWidth * inChannels,
      outputRowPitch: strideHeight * inWidth * inChannels,
      outputColumnPitch: strideWidth * inChannels,
      filterRows: row.taps,
      filterRowPitch: width * outChannels,
      rowLength: column.taps * outChannels,
    });
  }

  /** Frees all but dx. */
  finish(): tf.TensorInfo {
    dispose(this.backend, this.errors, this.panels, this.workspace);
    return this.dx;
  }

  private pack(row: Phase, column: Phase): void {
    const { backend, info } = this;
    simd(backend).packTurnedFilter({
      filter: addressOf(backend, this.filter),
      panels: addressOf(backend, this.panels),
      height: info.filterHeight,
      width: info.filterWidth,
      inChannels: info.inChannels,
      outChannels: info.outChannels,
      firstRow: row.firstTap,
      firstColumn: column.firstTap,
      rowStep: info.strideHeight,
      columnStep: info.strideWidth,
    });
  }
}
