import type { Area, Place } from './panelParts';

/** Pixels of a grid: its width, the height of a panel, and the gaps between panels. */
export interface GridShape {
  readonly width: number;
  readonly columns: number;
  readonly height: number;
  readonly gapX: number;
  readonly gapY: number;
}

/** The places of so many equal panels, row by row, and the area that they fill. */
export function gridPlaces(
  panels: number,
  { width, columns, height, gapX, gapY }: GridShape,
): { readonly places: readonly Place[]; readonly area: Area } {
  const panelWidth = (width - (columns - 1) * gapX) / columns;
  const rows = Math.ceil(panels / columns);
  return {
    places: Array.from({ length: panels }, (_, index) => ({
      left: (index % columns) * (panelWidth + gapX),
      top: Math.floor(index / columns) * (height + gapY),
      width: panelWidth,
      height,
    })),
    area: { width, height: rows * height + (rows - 1) * gapY },
  };
}
