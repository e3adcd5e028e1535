import type { NameTable } from './nameTable';

/**
 * The names of Inception-v4 in slim `inception_v4.py` and timm `inception_v4.py`, whose blocks are one list of features.
 *
 * The auxiliary head exists in slim only.
 */
export const INCEPTION_V4_NAMES: NameTable = [
  {
    scopes: { stem: ['', ''] },
    layers: {
      'branch1/conv1': ['Conv2d_1a_3x3', 'features.0'],
      'branch1/conv2': ['Conv2d_2a_3x3', 'features.1'],
      'branch1/conv3': ['Conv2d_2b_3x3', 'features.2'],
      'branch1/conv4': ['Mixed_3a/Branch_1/Conv2d_0a_3x3', 'features.3.conv'],
      'branch2/conv1': ['Mixed_4a/Branch_0/Conv2d_0a_1x1', 'features.4.branch0.0'],
      'branch2/conv2': ['Mixed_4a/Branch_0/Conv2d_1a_3x3', 'features.4.branch0.1'],
      'branch3/conv1': ['Mixed_4a/Branch_1/Conv2d_0a_1x1', 'features.4.branch1.0'],
      'branch3/conv2': ['Mixed_4a/Branch_1/Conv2d_0b_1x7', 'features.4.branch1.1'],
      'branch3/conv3': ['Mixed_4a/Branch_1/Conv2d_0c_7x1', 'features.4.branch1.2'],
      'branch3/conv4': ['Mixed_4a/Branch_1/Conv2d_1a_3x3', 'features.4.branch1.3'],
      'branch4/conv1': ['Mixed_5a/Branch_0/Conv2d_1a_3x3', 'features.5.conv'],
    },
  },
  {
    scopes: {
      inceptionA_01: ['Mixed_5b', 'features.6'],
      inceptionA_02: ['Mixed_5c', 'features.7'],
      inceptionA_03: ['Mixed_5d', 'features.8'],
      inceptionA_04: ['Mixed_5e', 'features.9'],
    },
    layers: {
      'branch1/conv1': ['Branch_0/Conv2d_0a_1x1', 'branch0'],
      'branch2/conv1': ['Branch_1/Conv2d_0a_1x1', 'branch1.0'],
      'branch2/conv2': ['Branch_1/Conv2d_0b_3x3', 'branch1.1'],
      'branch3/conv1': ['Branch_2/Conv2d_0a_1x1', 'branch2.0'],
      'branch3/conv2': ['Branch_2/Conv2d_0b_3x3', 'branch2.1'],
      'branch3/conv3': ['Branch_2/Conv2d_0c_3x3', 'branch2.2'],
      'branch4/conv1': ['Branch_3/Conv2d_0b_1x1', 'branch3.1'],
    },
  },
  {
    scopes: { reductionA: ['Mixed_6a', 'features.10'] },
    layers: {
      'branch1/conv1': ['Branch_0/Conv2d_1a_3x3', 'branch0'],
      'branch2/conv1': ['Branch_1/Conv2d_0a_1x1', 'branch1.0'],
      'branch2/conv2': ['Branch_1/Conv2d_0b_3x3', 'branch1.1'],
      'branch2/conv3': ['Branch_1/Conv2d_1a_3x3', 'branch1.2'],
    },
  },
  {
    scopes: {
      inceptionB_01: ['Mixed_6b', 'features.11'],
      inceptionB_02: ['Mixed_6c', 'features.12'],
      inceptionB_03: ['Mixed_6d', 'features.13'],
      inceptionB_04: ['Mixed_6e', 'features.14'],
      inceptionB_05: ['Mixed_6f', 'features.15'],
      inceptionB_06: ['Mixed_6g', 'features.16'],
      inceptionB_07: ['Mixed_6h', 'features.17'],
    },
    layers: {
      'branch1/conv1': ['Branch_0/Conv2d_0a_1x1', 'branch0'],
      'branch2/conv1': ['Branch_1/Conv2d_0a_1x1', 'branch1.0'],
      'branch2/conv2': ['Branch_1/Conv2d_0b_1x7', 'branch1.1'],
      'branch2/conv3': ['Branch_1/Conv2d_0c_7x1', 'branch1.2'],
      'branch3/conv1': ['Branch_2/Conv2d_0a_1x1', 'branch2.0'],
      'branch3/conv2': ['Branch_2/Conv2d_0b_7x1', 'branch2.1'],
      'branch3/conv3': ['Branch_2/Conv2d_0c_1x7', 'branch2.2'],
      'branch3/conv4': ['Branch_2/Conv2d_0d_7x1', 'branch2.3'],
      'branch3/conv5': ['Branch_2/Conv2d_0e_1x7', 'branch2.4'],
      'branch4/conv1': ['Branch_3/Conv2d_0b_1x1', 'branch3.1'],
    },
  },
  {
    scopes: { reductionB: ['Mixed_7a', 'features.18'] },
    layers: {
      'branch1/conv1': ['Branch_0/Conv2d_0a_1x1', 'branch0.0'],
      'branch1/conv2': ['Branch_0/Conv2d_1a_3x3', 'branch0.1'],
      'branch2/conv1': ['Branch_1/Conv2d_0a_1x1', 'branch1.0'],
      'branch2/conv2': ['Branch_1/Conv2d_0b_1x7', 'branch1.1'],
      'branch2/conv3': ['Branch_1/Conv2d_0c_7x1', 'branch1.2'],
      'branch2/conv4': ['Branch_1/Conv2d_1a_3x3', 'branch1.3'],
    },
  },
  {
    scopes: {
      inceptionC_01: ['Mixed_7b', 'features.19'],
      inceptionC_02: ['Mixed_7c', 'features.20'],
      inceptionC_03: ['Mixed_7d', 'features.21'],
    },
    layers: {
      'branch1/conv1': ['Branch_0/Conv2d_0a_1x1', 'branch0'],
      'branch2/conv1': ['Branch_1/Conv2d_0a_1x1', 'branch1_0'],
      'branch2/conv2': ['Branch_1/Conv2d_0b_1x3', 'branch1_1a'],
      'branch2/conv2b': ['Branch_1/Conv2d_0c_3x1', 'branch1_1b'],
      'branch3/conv1': ['Branch_2/Conv2d_0a_1x1', 'branch2_0'],
      'branch3/conv2': ['Branch_2/Conv2d_0b_3x1', 'branch2_1'],
      'branch3/conv3': ['Branch_2/Conv2d_0c_1x3', 'branch2_2'],
      'branch3/conv4': ['Branch_2/Conv2d_0d_1x3', 'branch2_3a'],
      'branch3/conv4b': ['Branch_2/Conv2d_0e_3x1', 'branch2_3b'],
      'branch4/conv1': ['Branch_3/Conv2d_0b_1x1', 'branch3.1'],
    },
  },
  {
    scopes: { head: ['', ''] },
    layers: {
      logits: ['Logits/Logits', 'last_linear'],
    },
  },
  {
    scopes: { auxiliaryHead: ['', ''] },
    layers: {
      conv1: ['AuxLogits/Conv2d_1b_1x1'],
      conv2: ['AuxLogits/Conv2d_2a'],
      logits: ['AuxLogits/Aux_logits'],
    },
  },
];
