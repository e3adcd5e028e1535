import { type NameTable, numbered } from './nameTable';

/**
 * The names of Inception-ResNet-v2 in slim `inception_resnet_v2.py` and timm `inception_resnet_v2.py`.
 *
 * The auxiliary head exists in slim only.
 */
export const INCEPTION_RESNET_V2_NAMES: NameTable = [
  {
    scopes: { stem: ['', ''] },
    layers: {
      conv1: ['Conv2d_1a_3x3', 'conv2d_1a'],
      conv2: ['Conv2d_2a_3x3', 'conv2d_2a'],
      conv3: ['Conv2d_2b_3x3', 'conv2d_2b'],
      conv4: ['Conv2d_3b_1x1', 'conv2d_3b'],
      conv5: ['Conv2d_4a_3x3', 'conv2d_4a'],
    },
  },
  {
    scopes: { mixed: ['Mixed_5b', 'mixed_5b'] },
    layers: {
      'branch1/conv1': ['Branch_0/Conv2d_1x1', 'branch0'],
      'branch2/conv1': ['Branch_1/Conv2d_0a_1x1', 'branch1.0'],
      'branch2/conv2': ['Branch_1/Conv2d_0b_5x5', 'branch1.1'],
      'branch3/conv1': ['Branch_2/Conv2d_0a_1x1', 'branch2.0'],
      'branch3/conv2': ['Branch_2/Conv2d_0b_3x3', 'branch2.1'],
      'branch3/conv3': ['Branch_2/Conv2d_0c_3x3', 'branch2.2'],
      'branch4/conv1': ['Branch_3/Conv2d_0b_1x1', 'branch3.1'],
    },
  },
  {
    scopes: numbered('inceptionResNetA', 10, (i) => [`Repeat/block35_${i}`, `repeat.${i - 1}`]),
    layers: {
      'branch1/conv1': ['Branch_0/Conv2d_1x1', 'branch0'],
      'branch2/conv1': ['Branch_1/Conv2d_0a_1x1', 'branch1.0'],
      'branch2/conv2': ['Branch_1/Conv2d_0b_3x3', 'branch1.1'],
      'branch3/conv1': ['Branch_2/Conv2d_0a_1x1', 'branch2.0'],
      'branch3/conv2': ['Branch_2/Conv2d_0b_3x3', 'branch2.1'],
      'branch3/conv3': ['Branch_2/Conv2d_0c_3x3', 'branch2.2'],
      linear: ['Conv2d_1x1', 'conv2d'],
    },
  },
  {
    scopes: { reductionA: ['Mixed_6a', 'mixed_6a'] },
    layers: {
      'branch1/conv1': ['Branch_0/Conv2d_1a_3x3', 'branch0'],
      'branch2/conv1': ['Branch_1/Conv2d_0a_1x1', 'branch1.0'],
      'branch2/conv2': ['Branch_1/Conv2d_0b_3x3', 'branch1.1'],
      'branch2/conv3': ['Branch_1/Conv2d_1a_3x3', 'branch1.2'],
    },
  },
  {
    scopes: numbered('inceptionResNetB', 20, (i) => [`Repeat_1/block17_${i}`, `repeat_1.${i - 1}`]),
    layers: {
      'branch1/conv1': ['Branch_0/Conv2d_1x1', 'branch0'],
      'branch2/conv1': ['Branch_1/Conv2d_0a_1x1', 'branch1.0'],
      'branch2/conv2': ['Branch_1/Conv2d_0b_1x7', 'branch1.1'],
      'branch2/conv3': ['Branch_1/Conv2d_0c_7x1', 'branch1.2'],
      linear: ['Conv2d_1x1', 'conv2d'],
    },
  },
  {
    scopes: { reductionB: ['Mixed_7a', 'mixed_7a'] },
    layers: {
      'branch1/conv1': ['Branch_0/Conv2d_0a_1x1', 'branch0.0'],
      'branch1/conv2': ['Branch_0/Conv2d_1a_3x3', 'branch0.1'],
      'branch2/conv1': ['Branch_1/Conv2d_0a_1x1', 'branch1.0'],
      'branch2/conv2': ['Branch_1/Conv2d_1a_3x3', 'branch1.1'],
      'branch3/conv1': ['Branch_2/Conv2d_0a_1x1', 'branch2.0'],
      'branch3/conv2': ['Branch_2/Conv2d_0b_3x3', 'branch2.1'],
      'branch3/conv3': ['Branch_2/Conv2d_1a_3x3', 'branch2.2'],
    },
  },
  {
    scopes: {
      ...numbered('inceptionResNetC', 9, (i) => [`Repeat_2/block8_${i}`, `repeat_2.${i - 1}`]),
      inceptionResNetC_10: ['Block8', 'block8'],
    },
    layers: {
      'branch1/conv1': ['Branch_0/Conv2d_1x1', 'branch0'],
      'branch2/conv1': ['Branch_1/Conv2d_0a_1x1', 'branch1.0'],
      'branch2/conv2': ['Branch_1/Conv2d_0b_1x3', 'branch1.1'],
      'branch2/conv3': ['Branch_1/Conv2d_0c_3x1', 'branch1.2'],
      linear: ['Conv2d_1x1', 'conv2d'],
    },
  },
  {
    scopes: { expansion: ['', ''] },
    layers: {
      conv1: ['Conv2d_7b_1x1', 'conv2d_7b'],
    },
  },
  {
    scopes: { head: ['', ''] },
    layers: {
      logits: ['Logits/Logits', 'classif'],
    },
  },
  {
    scopes: { auxiliaryHead: ['', ''] },
    layers: {
      conv1: ['AuxLogits/Conv2d_1b_1x1'],
      conv2: ['AuxLogits/Conv2d_2a_5x5'],
      logits: ['AuxLogits/Logits'],
    },
  },
];
