/** Positions of a logarithmic slider, from 0 on. */
export const LOG_POSITIONS = 200;

/** The range of a slider's element and how far apart its positions are. */
export function rangeOf(control) {
  if (control.kind === 'log') return { min: 0, max: LOG_POSITIONS, step: 1 };
  const { min, max, step = (max - min) / 100 } = control;
  return { min, max, step };
}

/** The value that a position of a slider's element stands for. */
export function valueAt(control, position) {
  if (control.kind === 'slider') return Math.min(control.max, Math.max(control.min, position));
  const { min, max } = control;
  if (position <= 0) return min;
  if (position >= LOG_POSITIONS) return max;
  // Two digits, so that what is shown is what is set, and never beyond the ends.
  const value = Number((min * (max / min) ** (position / LOG_POSITIONS)).toPrecision(2));
  return Math.min(max, Math.max(min, value));
}

/** The position of a slider's element for a value. */
export function positionOf(control, value) {
  if (control.kind === 'slider') return value;
  return (LOG_POSITIONS * Math.log(value / control.min)) / Math.log(control.max / control.min);
}

/** A number in at most four digits, without zeros at its end. */
export function short(value) {
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value);
}
