import { formsOf, NETWORK_NAMES, type NetworkConfig, networkConfig } from './networks';

/** The released networks of slim come with "background" as class 0 and with an auxiliary head, or without. */
const SLIM_OPTIONS: readonly Partial<NetworkConfig>[] = [
  {},
  { classes: 1001 },
  { auxiliaryHead: true },
  { classes: 1001, auxiliaryHead: true },
];

/** facenet has the trunk of Inception-ResNet-v1 with a head of its own. */
const FACENET_OPTIONS: readonly Partial<NetworkConfig>[] = [{}, { classes: 0 }];

/** Every network in every form, the released ones with each of their heads. */
export function catalogue(): readonly NetworkConfig[] {
  return NETWORK_NAMES.flatMap((name) =>
    formsOf(name).map((form) => networkConfig(name, form)),
  ).flatMap((config) => optionsOf(config).map((options) => ({ ...config, ...options })));
}

function optionsOf({ name, form }: NetworkConfig): readonly Partial<NetworkConfig>[] {
  if (form !== 'published') {
    return [{}];
  }
  return name === 'inception-resnet-v1' ? FACENET_OPTIONS : SLIM_OPTIONS;
}
