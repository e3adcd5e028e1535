import type { NetworkForm } from '../../lib/models/networks';

type Row = readonly [
  name: string,
  form: NetworkForm,
  classes: number,
  auxiliaryHead: boolean,
  convolutions: readonly [all: number, batchNormalised: number],
  trainable: number,
  withGamma: number,
  all: number,
  giga: number | undefined,
];

/**
 * Convolutions, parameters (trainable; with PyTorch's gamma; all) and multiply-adds in billions at 299x299.
 *
 * Keras, torchvision and timm state the counts of the released networks; the others were counted from the reference
 * code and from the figures by an independent program.
 */
export const PUBLISHED_COUNTS: readonly Row[] = [
  ['inception-v3', 'published', 1000, false, [94, 94], 23_817_352, 23_834_568, 23_851_784, 5.713],
  ['inception-v3', 'published', 1001, false, [94, 94], 23_819_401, 23_836_617, 23_853_833, 5.713],
  ['inception-v3', 'published', 1000, true, [96, 96], 27_143_152, 27_161_264, 27_179_376, undefined],
  ['inception-v3', 'published', 1001, true, [96, 96], 27_145_970, 27_164_082, 27_182_194, undefined],
  ['inception-v4', 'published', 1000, false, [149, 149], 42_648_232, 42_679_816, 42_711_400, 12.254],
  ['inception-v4', 'published', 1001, false, [149, 149], 42_649_769, 42_681_353, 42_712_937, 12.254],
  ['inception-v4', 'published', 1000, true, [151, 151], 46_006_800, 46_039_280, 46_071_760, undefined],
  ['inception-v4', 'published', 1001, true, [151, 151], 46_009_106, 46_041_586, 46_074_066, undefined],
  ['inception-resnet-v2', 'published', 1000, false, [244, 204], 55_813_192, 55_843_464, 55_873_736, 13.156],
  ['inception-resnet-v2', 'published', 1001, false, [244, 204], 55_814_729, 55_845_001, 55_875_273, 13.156],
  ['inception-resnet-v2', 'published', 1000, true, [246, 206], 59_179_952, 59_211_120, 59_242_288, undefined],
  ['inception-resnet-v2', 'published', 1001, true, [246, 206], 59_182_258, 59_213_426, 59_244_594, undefined],
  ['inception-resnet-v2', 'paper', 1000, false, [132, 112], 32_417_496, 32_433_928, 32_450_360, 9.258],
  ['inception-resnet-v2', 'paper-r2', 1000, false, [132, 112], 31_534_456, 31_550_760, 31_567_064, 9.191],
  ['inception-resnet-v2', 'paper-10-20-10', 1000, false, [242, 202], 55_255_816, 55_284_488, 55_313_160, 14.142],
  ['inception-resnet-v2', 'paper-r2-10-20-10', 1000, false, [242, 202], 53_972_936, 54_001_480, 54_030_024, 14.049],
  ['inception-resnet-v1', 'paper', 1000, false, [127, 107], 22_742_808, 22_756_328, 22_769_848, 6.206],
  ['inception-resnet-v1', 'published', 1000, false, [132, 111], 24_342_808, 24_357_096, 24_371_384, 6.309],
  ['inception-resnet-v1', 'published', 0, false, [132, 111], 22_549_808, 22_564_096, 22_578_384, 6.307],
  ['inception-resnet-v1', 'study', 10, false, [32, 27], 8_292_650, 8_298_434, 8_304_218, undefined],
]; // prettier-ignore
