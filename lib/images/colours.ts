/** A change of all colours of an image. */
export type ColourChange =
  /** Adds `delta` to every channel. */
  | { readonly kind: 'brightness'; readonly delta: number }
  /** Multiplies the saturation (of hue, saturation and value) by `factor`, up to full saturation. */
  | { readonly kind: 'saturation'; readonly factor: number }
  /** Turns the hue by `delta` of a full turn. */
  | { readonly kind: 'hue'; readonly delta: number }
  /** Multiplies each channel's distance from its mean over the image by `factor`. */
  | { readonly kind: 'contrast'; readonly factor: number };

/** Which changes follow each other: slim's `distort_color` has four orders. */
const ORDERS = [
  ['brightness', 'saturation', 'hue', 'contrast'],
  ['saturation', 'brightness', 'contrast', 'hue'],
  ['contrast', 'hue', 'brightness', 'saturation'],
  ['hue', 'saturation', 'contrast', 'brightness'],
] as const;

/**
 * Random colour changes as in slim's `distort_color`, in one of its four orders: brightness by up to 32/255 of the range,
 * saturation and contrast by 0.5 to 1.5, hue by up to 0.2 of a turn.
 *
 * `random` gives numbers in [0, 1).
 */
export function randomColourChanges(random: () => number): readonly ColourChange[] {
  const between = (low: number, high: number): number => low + random() * (high - low);
  const draw = {
    brightness: () => ({ kind: 'brightness', delta: between(-32 / 255, 32 / 255) }) as const,
    saturation: () => ({ kind: 'saturation', factor: between(0.5, 1.5) }) as const,
    hue: () => ({ kind: 'hue', delta: between(-0.2, 0.2) }) as const,
    contrast: () => ({ kind: 'contrast', factor: between(0.5, 1.5) }) as const,
  };
  return ORDERS[Math.floor(random() * ORDERS.length)].map((kind) => draw[kind]());
}

/**
 * Changes the colours of RGB pixels [height, width, 3] with channels of 0 to 1, in place, as TensorFlow's kernels of these
 * names do; nothing is clipped.
 */
export function changeColours(pixels: Float32Array, change: ColourChange): void {
  switch (change.kind) {
    case 'brightness':
      for (let at = 0; at < pixels.length; at++) pixels[at] += change.delta;
      break;
    case 'saturation':
      saturate(pixels, change.factor);
      break;
    case 'hue':
      turnHue(pixels, change.delta * 6);
      break;
    case 'contrast':
      spread(pixels, change.factor);
  }
}

/** With hue and value kept, every channel's distance from the largest one is proportional to the saturation. */
function saturate(pixels: Float32Array, factor: number): void {
  for (let at = 0; at < pixels.length; at += 3) {
    const [red, green, blue] = [pixels[at], pixels[at + 1], pixels[at + 2]];
    const value = Math.max(red, green, blue);
    const range = value - Math.min(red, green, blue);
    // Full saturation is a range as large as the value; below black there is no colour.
    const change = range > 0 ? Math.min(factor, Math.max(0, value) / range) : 1;
    pixels[at] = value - (value - red) * change;
    pixels[at + 1] = value - (value - green) * change;
    pixels[at + 2] = value - (value - blue) * change;
  }
}

/** Turns the hue by so many sixths of a turn: the largest and the smallest channel keep their values but change places. */
function turnHue(pixels: Float32Array, sixths: number): void {
  for (let at = 0; at < pixels.length; at += 3) {
    const [red, green, blue] = [pixels[at], pixels[at + 1], pixels[at + 2]];
    const value = Math.max(red, green, blue);
    const range = value - Math.min(red, green, blue);
    if (range > 0) {
      const hue = hueOf(red, green, blue, value, range) + sixths;
      pixels[at] = value - range * distance(hue + 5);
      pixels[at + 1] = value - range * distance(hue + 3);
      pixels[at + 2] = value - range * distance(hue + 1);
    }
  }
}

/** The hue in sixths of a turn, -1 to 5: red 0, green 2, blue 4. */
function hueOf(red: number, green: number, blue: number, value: number, range: number): number {
  if (value === red) return (green - blue) / range;
  return value === green ? 2 + (blue - red) / range : 4 + (red - green) / range;
}

/** How far a channel is from the largest one, as a share of the range, where its hue is so many sixths away from it. */
function distance(sixths: number): number {
  const k = sixths - 6 * Math.floor(sixths / 6);
  return Math.max(0, Math.min(k, 4 - k, 1));
}

function spread(pixels: Float32Array, factor: number): void {
  for (let channel = 0; channel < 3; channel++) {
    let sum = 0;
    for (let at = channel; at < pixels.length; at += 3) sum += pixels[at];
    const mean = sum / (pixels.length / 3);
    for (let at = channel; at < pixels.length; at += 3) {
      pixels[at] = mean + (pixels[at] - mean) * factor;
    }
  }
}
