import { type Crop, type CropPlan, imageCrops, type PictureRequest } from './crops';
import type { Box } from './picture';

/** A part of an image that crops show, in pixels of the image, which need not be whole. */
export interface CropBox extends Box {
  /** How many of the crops show it: it and its mirror, and again wherever squares or scales give the same part. */
  readonly crops: number;
  /** How many pixels of the network's input one pixel of the image's height becomes. */
  readonly enlarged: number;
}

/** The parts of an image of this size that the crops of a plan show, each once, in the order of the crops. */
export function cropBoxes(width: number, height: number, plan: CropPlan): readonly CropBox[] {
  const { pictures, crops } = imageCrops(width, height, plan);
  const boxes = new Map<string, CropBox>();
  for (const crop of crops) {
    const box = partOf(crop, pictures[crop.picture], plan.inputSize);
    const key = [box.top, box.left, box.width, box.height].map((value) => value.toFixed(6)).join();
    const seen = boxes.get(key)?.crops ?? 0;
    boxes.set(key, { ...box, crops: seen + 1, enlarged: plan.inputSize / box.height });
  }
  return [...boxes.values()];
}

/** Back from the picture that a crop is cut from to the image. */
function partOf({ top, left }: Crop, picture: PictureRequest, inputSize: number): Box {
  const { region, square } = picture;
  const view = square ?? { top, left, width: inputSize, height: inputSize };
  const [across, down] = [region.width / picture.width, region.height / picture.height];
  return {
    top: region.top + view.top * down,
    left: region.left + view.left * across,
    width: view.width * across,
    height: view.height * down,
  };
}
