import type { NetworkName } from '../../models/networks';

/** A network's name as the paper writes it. */
export const NETWORK_TITLES: Readonly<Record<NetworkName, string>> = {
  'inception-v3': 'Inception-v3',
  'inception-v4': 'Inception-v4',
  'inception-resnet-v1': 'Inception-ResNet-v1',
  'inception-resnet-v2': 'Inception-ResNet-v2',
};
