import { type NameTable, numbered } from './nameTable';

/** The names of the trunk of Inception-ResNet-v1 in facenet-pytorch `inception_resnet_v1.py`. */
export const INCEPTION_RESNET_V1_NAMES: NameTable = [
  {
    scopes: { stem: [undefined, ''] },
    layers: {
      conv1: [undefined, 'conv2d_1a'],
      conv2: [undefined, 'conv2d_2a'],
      conv3: [undefined, 'conv2d_2b'],
      conv4: [undefined, 'conv2d_3b'],
      conv5: [undefined, 'conv2d_4a'],
      conv6: [undefined, 'conv2d_4b'],
    },
  },
  {
    scopes: numbered('inceptionResNetA', 5, (i) => [undefined, `repeat_1.${i - 1}`]),
    layers: {
      'branch1/conv1': [undefined, 'branch0'],
      'branch2/conv1': [undefined, 'branch1.0'],
      'branch2/conv2': [undefined, 'branch1.1'],
      'branch3/conv1': [undefined, 'branch2.0'],
      'branch3/conv2': [undefined, 'branch2.1'],
      'branch3/conv3': [undefined, 'branch2.2'],
      linear: [undefined, 'conv2d'],
    },
  },
  {
    scopes: { reductionA: [undefined, 'mixed_6a'] },
    layers: {
      'branch1/conv1': [undefined, 'branch0'],
      'branch2/conv1': [undefined, 'branch1.0'],
      'branch2/conv2': [undefined, 'branch1.1'],
      'branch2/conv3': [undefined, 'branch1.2'],
    },
  },
  {
    scopes: {
      ...numbered('inceptionResNetB', 10, (i) => [undefined, `repeat_2.${i - 1}`]),
      ...numbered('inceptionResNetC', 5, (i) => [undefined, `repeat_3.${i - 1}`]),
      inceptionResNetC_06: [undefined, 'block8'],
    },
    layers: {
      'branch1/conv1': [undefined, 'branch0'],
      'branch2/conv1': [undefined, 'branch1.0'],
      'branch2/conv2': [undefined, 'branch1.1'],
      'branch2/conv3': [undefined, 'branch1.2'],
      linear: [undefined, 'conv2d'],
    },
  },
  {
    scopes: { reductionB: [undefined, 'mixed_7a'] },
    layers: {
      'branch1/conv1': [undefined, 'branch0.0'],
      'branch1/conv2': [undefined, 'branch0.1'],
      'branch2/conv1': [undefined, 'branch1.0'],
      'branch2/conv2': [undefined, 'branch1.1'],
      'branch3/conv1': [undefined, 'branch2.0'],
      'branch3/conv2': [undefined, 'branch2.1'],
      'branch3/conv3': [undefined, 'branch2.2'],
    },
  },
];
