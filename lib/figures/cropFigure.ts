import { type CropBox, cropBoxes } from '../images/cropBoxes';
import { type CropCount, cropPlan, type CropProtocol } from '../images/crops';
import { gridFigure } from './ablations/ablation';
import type { Figure, JsonObject, Trace } from './figure';
import { type GridPanel, onPanel } from './grid';
import { seriesStyle } from './seriesStyles';

/** The numbers of crops of Tables 2, 3 and 4 (and 5). */
const CROPS = [1, 12, 144] as const;

/** Width of a panel in pixels, where three stand side by side. */
const PANEL_WIDTH = 190;

/** How dark a place is that every crop shows, from 0 to 1. */
const DARKEST = 0.85;

/** What is cut, and for which networks. */
interface CroppedImage {
  /** Of the image, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Height and width of the network's input, in pixels. */
  readonly inputSize: number;
  readonly protocol: CropProtocol;
}

/** Where the 1, 12 and 144 crops of Tables 2, 3 and 4 lie in an image: a panel for each, darker where more crops look. */
export function cropFigure({ width, height, inputSize, protocol }: CroppedImage): Figure {
  const caption = [
    `The parts of an image of ${width}x${height} pixels that a network with an input of ${inputSize}x${inputSize} sees.`,
    'A frame is a crop and its mirror (one crop has none). The darker a place, the more of the crops show it.',
  ].join(' ');
  return gridFigure(
    'crop-boxes',
    caption,
    {
      title: '1, 12 and 144 crops of an image (Tables 2, 3 and 4)',
      panels: CROPS.map((crops, index) =>
        boxesPanel([width, height], crops, index, cropBoxesOf(crops)),
      ),
      ...{ legend: [], columns: 3, height: Math.round((PANEL_WIDTH * height) / width) },
    },
    CROPS.map((_, index) => onPanel(index, outline(width, height))),
  );

  function cropBoxesOf(crops: CropCount): readonly CropBox[] {
    return cropBoxes(width, height, cropPlan(crops, inputSize, protocol));
  }
}

function boxesPanel(
  [width, height]: readonly [number, number],
  crops: CropCount,
  index: number,
  boxes: readonly CropBox[],
): GridPanel {
  const parts = boxes.length === 1 ? '1 part' : `${boxes.length} parts`;
  const axis = { showgrid: false, constrain: 'domain' };
  return {
    title: `${crops === 1 ? '1 crop' : `${crops} crops`}: ${parts}`,
    xaxis: {
      ...axis,
      range: [0, width],
      tickvals: [0, width],
      title: { text: 'Pixel', standoff: 4 },
    },
    yaxis: {
      ...{ ...axis, range: [height, 0], tickvals: [0, height] },
      scaleanchor: index === 0 ? 'x' : `x${index + 1}`,
    },
    shapes: boxes.map((box) => frame(box, crops)),
  };
}

function frame({ top, left, width, height, crops }: CropBox, all: CropCount): JsonObject {
  const { color } = seriesStyle(0);
  const opacity = Math.round(255 * DARKEST * (crops / all));
  return {
    ...{ type: 'rect', x0: left, x1: left + width, y0: top, y1: top + height },
    fillcolor: `${color}${opacity.toString(16).padStart(2, '0')}`,
    line: { color: all === 144 ? '#22222299' : '#222222', width: all === 144 ? 0.5 : 1.2 },
  };
}

function outline(width: number, height: number): Trace {
  return {
    ...{ type: 'scatter', mode: 'lines', name: 'the image', hoverinfo: 'skip' },
    ...{ x: [0, width, width, 0, 0], y: [0, 0, height, height, 0] },
    line: { color: '#444444', width: 1 },
  };
}
