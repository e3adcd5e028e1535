/** From light to dark blue; in grey it is as even a scale, and colour-blind readers see it like others. */
const stops: readonly (readonly [red: number, green: number, blue: number])[] = [
  [247, 251, 255],
  [198, 219, 239],
  [107, 174, 214],
  [33, 113, 181],
  [8, 48, 107],
];

/** The colour of a share in percent. */
export function heatColor(percentage: number): string {
  const position = (Math.min(100, Math.max(0, percentage)) / 100) * (stops.length - 1);
  const from = Math.min(Math.floor(position), stops.length - 2);
  const [low, high] = [stops[from], stops[from + 1]];
  const mixed = low.map((value, channel) =>
    Math.round(value + (position - from) * (high[channel] - value)),
  );
  return `rgb(${mixed.join(',')})`;
}

/** The colour of text that can be read on it. */
export function heatInk(percentage: number): string {
  return percentage > 55 ? '#ffffff' : '#222222';
}
