import type { Names, NameTable } from './nameTable';

type Layers = Readonly<Record<string, Names>>;

const INCEPTION_A: Layers = {
  'branch1/conv1': ['Branch_0/Conv2d_0a_1x1', 'branch1x1'],
  'branch2/conv1': ['Branch_1/Conv2d_0a_1x1', 'branch5x5_1'],
  'branch2/conv2': ['Branch_1/Conv2d_0b_5x5', 'branch5x5_2'],
  'branch3/conv1': ['Branch_2/Conv2d_0a_1x1', 'branch3x3dbl_1'],
  'branch3/conv2': ['Branch_2/Conv2d_0b_3x3', 'branch3x3dbl_2'],
  'branch3/conv3': ['Branch_2/Conv2d_0c_3x3', 'branch3x3dbl_3'],
  'branch4/conv1': ['Branch_3/Conv2d_0b_1x1', 'branch_pool'],
};

const INCEPTION_C: Layers = {
  'branch1/conv1': ['Branch_0/Conv2d_0a_1x1', 'branch1x1'],
  'branch2/conv1': ['Branch_1/Conv2d_0a_1x1', 'branch3x3_1'],
  'branch2/conv2': ['Branch_1/Conv2d_0b_1x3', 'branch3x3_2a'],
  'branch2/conv2b': ['Branch_1/Conv2d_0b_3x1', 'branch3x3_2b'],
  'branch3/conv1': ['Branch_2/Conv2d_0a_1x1', 'branch3x3dbl_1'],
  'branch3/conv2': ['Branch_2/Conv2d_0b_3x3', 'branch3x3dbl_2'],
  'branch3/conv3': ['Branch_2/Conv2d_0c_1x3', 'branch3x3dbl_3a'],
  'branch3/conv3b': ['Branch_2/Conv2d_0d_3x1', 'branch3x3dbl_3b'],
  'branch4/conv1': ['Branch_3/Conv2d_0b_1x1', 'branch_pool'],
};

/**
 * The names of Inception-v3 in slim `inception_v3.py` and timm `inception_v3.py`.
 *
 * Some of slim's are odd: the 5x5 column of the second block on the 35x35 grid, the 3x3 of the first reduction that
 * is called `Conv2d_1a_1x1`, and one box of the last block, which differs from its twin.
 */
export const INCEPTION_V3_NAMES: NameTable = [
  {
    scopes: { stem: ['', ''] },
    layers: {
      conv1: ['Conv2d_1a_3x3', 'Conv2d_1a_3x3'],
      conv2: ['Conv2d_2a_3x3', 'Conv2d_2a_3x3'],
      conv3: ['Conv2d_2b_3x3', 'Conv2d_2b_3x3'],
      conv4: ['Conv2d_3b_1x1', 'Conv2d_3b_1x1'],
      conv5: ['Conv2d_4a_3x3', 'Conv2d_4a_3x3'],
    },
  },
  {
    scopes: {
      inceptionA_01: ['Mixed_5b', 'Mixed_5b'],
      inceptionA_03: ['Mixed_5d', 'Mixed_5d'],
    },
    layers: INCEPTION_A,
  },
  {
    scopes: { inceptionA_02: ['Mixed_5c', 'Mixed_5c'] },
    layers: {
      ...INCEPTION_A,
      'branch2/conv1': ['Branch_1/Conv2d_0b_1x1', 'branch5x5_1'],
      'branch2/conv2': ['Branch_1/Conv_1_0c_5x5', 'branch5x5_2'],
    },
  },
  {
    scopes: { reductionA: ['Mixed_6a', 'Mixed_6a'] },
    layers: {
      'branch1/conv1': ['Branch_0/Conv2d_1a_1x1', 'branch3x3'],
      'branch2/conv1': ['Branch_1/Conv2d_0a_1x1', 'branch3x3dbl_1'],
      'branch2/conv2': ['Branch_1/Conv2d_0b_3x3', 'branch3x3dbl_2'],
      'branch2/conv3': ['Branch_1/Conv2d_1a_1x1', 'branch3x3dbl_3'],
    },
  },
  {
    scopes: {
      inceptionB_01: ['Mixed_6b', 'Mixed_6b'],
      inceptionB_02: ['Mixed_6c', 'Mixed_6c'],
      inceptionB_03: ['Mixed_6d', 'Mixed_6d'],
      inceptionB_04: ['Mixed_6e', 'Mixed_6e'],
    },
    layers: {
      'branch1/conv1': ['Branch_0/Conv2d_0a_1x1', 'branch1x1'],
      'branch2/conv1': ['Branch_1/Conv2d_0a_1x1', 'branch7x7_1'],
      'branch2/conv2': ['Branch_1/Conv2d_0b_1x7', 'branch7x7_2'],
      'branch2/conv3': ['Branch_1/Conv2d_0c_7x1', 'branch7x7_3'],
      'branch3/conv1': ['Branch_2/Conv2d_0a_1x1', 'branch7x7dbl_1'],
      'branch3/conv2': ['Branch_2/Conv2d_0b_7x1', 'branch7x7dbl_2'],
      'branch3/conv3': ['Branch_2/Conv2d_0c_1x7', 'branch7x7dbl_3'],
      'branch3/conv4': ['Branch_2/Conv2d_0d_7x1', 'branch7x7dbl_4'],
      'branch3/conv5': ['Branch_2/Conv2d_0e_1x7', 'branch7x7dbl_5'],
      'branch4/conv1': ['Branch_3/Conv2d_0b_1x1', 'branch_pool'],
    },
  },
  {
    scopes: { reductionB: ['Mixed_7a', 'Mixed_7a'] },
    layers: {
      'branch1/conv1': ['Branch_0/Conv2d_0a_1x1', 'branch3x3_1'],
      'branch1/conv2': ['Branch_0/Conv2d_1a_3x3', 'branch3x3_2'],
      'branch2/conv1': ['Branch_1/Conv2d_0a_1x1', 'branch7x7x3_1'],
      'branch2/conv2': ['Branch_1/Conv2d_0b_1x7', 'branch7x7x3_2'],
      'branch2/conv3': ['Branch_1/Conv2d_0c_7x1', 'branch7x7x3_3'],
      'branch2/conv4': ['Branch_1/Conv2d_1a_3x3', 'branch7x7x3_4'],
    },
  },
  { scopes: { inceptionC_01: ['Mixed_7b', 'Mixed_7b'] }, layers: INCEPTION_C },
  {
    scopes: { inceptionC_02: ['Mixed_7c', 'Mixed_7c'] },
    layers: { ...INCEPTION_C, 'branch2/conv2b': ['Branch_1/Conv2d_0c_3x1', 'branch3x3_2b'] },
  },
  {
    scopes: { head: ['', ''] },
    layers: {
      logits: ['Logits/Conv2d_1c_1x1', 'fc'],
    },
  },
  {
    scopes: { auxiliaryHead: ['', ''] },
    layers: {
      conv1: ['AuxLogits/Conv2d_1b_1x1', 'AuxLogits.conv0'],
      conv2: ['AuxLogits/Conv2d_2a_5x5', 'AuxLogits.conv1'],
      logits: ['AuxLogits/Conv2d_2b_1x1', 'AuxLogits.fc'],
    },
  },
];
