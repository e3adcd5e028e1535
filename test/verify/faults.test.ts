import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Finding } from '../../lib/verify/comparison';
import { entryWeights, loadEntry } from '../../lib/verify/loadWeights';
import {
  compareImplementation,
  compareOutputs,
  type LoadedNetwork,
  referenceImages,
} from '../../lib/verify/outputs';
import type { EntryPlan } from '../../lib/verify/plan';
import { runNetwork } from '../../lib/verify/runNetwork';
import {
  biasOutsideScaling,
  concatOrder,
  epsilon,
  type Fault,
  flipped,
  includePad,
  orientationsSwapped,
  residual,
} from './faults';
import { reference, selectForVerifying, smallEntry } from './reference';

// Section 3 of the reference's description plants these faults and gives the relative change of the logits; where it
// does not say in which block, no change is expected here but that it is seen.
interface Planted {
  readonly what: string;
  readonly fault: Fault;
  readonly change?: number;
  /** The logits move by less than three tolerances: where a difference may have these, only stages tell. */
  readonly faint?: boolean;
}

const FAULTS: Readonly<Record<string, readonly Planted[]>> = {
  'inception-v3': [
    { what: 'include-pad pooling', fault: includePad(), change: 2.2e-1 },
    {
      what: '1x7 and 7x1 swapped in one branch',
      fault: orientationsSwapped('inceptionB_02/branch2/conv2', 'inceptionB_02/branch2/conv3'),
    },
    { what: 'epsilon 1e-5 everywhere', fault: epsilon(), change: 1.6e-2 },
    { what: 'epsilon 1e-5 in one middle layer', fault: epsilon('inceptionB_02/branch2/conv2') },
  ],
  'inception-v4': [
    { what: 'include-pad pooling', fault: includePad(), change: 3.4e-1 },
    { what: 'include-pad pooling in one block', fault: includePad('inceptionB_03') },
    { what: 'concat order in one block', fault: concatOrder('inceptionB_03/concat') },
    {
      what: '1x7 and 7x1 swapped',
      fault: orientationsSwapped('inceptionB_03/branch2/conv2', 'inceptionB_03/branch2/conv3'),
    },
    { what: 'one 1x7 kernel flipped', fault: flipped('inceptionB_03/branch2/conv2') },
    { what: 'epsilon 1e-5 in one layer', fault: epsilon('inceptionB_03/branch2/conv2') },
  ],
  'inception-resnet-v2': [
    { what: 'include-pad pooling in Mixed_5b', fault: includePad('mixed'), change: 1.6e-2 },
    { what: '0.17 -> 0.2 in one block35', fault: residual('inceptionResNetA_05', { scale: 0.2 }) },
    {
      what: '0.10 -> 0.11 in one block17',
      fault: residual('inceptionResNetB_10', { scale: 0.11 }),
    },
    { what: '0.20 -> 0.17 in one block8', fault: residual('inceptionResNetC_05', { scale: 0.17 }) },
    {
      what: 'last block with scale 0.2',
      fault: residual('inceptionResNetC_10', { scale: 0.2 }),
      change: 5.7e-1,
    },
    {
      what: 'ReLU after the last block',
      fault: residual('inceptionResNetC_10', { activation: 'relu' }),
      change: 3.4e-1,
    },
    {
      what: 'bias outside the scaling in one block17',
      fault: biasOutsideScaling('inceptionResNetB_10'),
    },
    { what: 'concat order in one block', fault: concatOrder('inceptionResNetB_10/concat') },
    { what: 'one 1x7 kernel flipped', fault: flipped('inceptionResNetB_10/branch2/conv2') },
    {
      what: 'epsilon 1e-5 in one middle layer',
      fault: epsilon('inceptionResNetB_10/branch2/conv2'),
      faint: true,
    },
  ],
};

let allowed = 1;
beforeAll(async () => {
  allowed = await selectForVerifying();
});

function misses(findings: readonly Finding[], what: string): number {
  return findings
    .filter((finding) => finding.what.startsWith(what))
    .reduce((sum, finding) => sum + finding.misses.length, 0);
}

function logits({ network, values }: LoadedNetwork, plan: EntryPlan): readonly Float32Array[] {
  const images = referenceImages(plan.entry, reference.seed);
  return runNetwork(network, [network.output], values, images).get(network.output) ?? [];
}

/** The relative l2 difference of the worse image. */
function relativeChange(images: readonly Float32Array[], right: readonly Float32Array[]): number {
  const changes = images.map((values, n) => {
    const difference = values.map((value, i) => value - right[n][i]);
    return Math.hypot(...difference) / Math.hypot(...right[n]);
  });
  return Math.max(...changes);
}

describe.each(Object.entries(FAULTS))('faults planted in %s are caught', (name, planted) => {
  const plan = smallEntry(name);
  let loaded: LoadedNetwork;
  let right: readonly Float32Array[];

  beforeAll(() => {
    loaded = loadEntry(plan, entryWeights(reference, plan));
    right = logits(loaded, plan);
  });
  afterAll(() => tf.dispose([...loaded.values.values()]));

  it('and without a fault there is no miss', () => {
    expect(misses(compareOutputs(loaded, plan.entry, reference.seed, allowed), '')).toBe(0);
  });

  it.each(planted)('$what', ({ fault, change, faint = false }) => {
    const faulty = fault(loaded);
    const findings = compareOutputs(faulty, plan.entry, reference.seed, allowed);
    if (!faint || allowed === 1) {
      expect(misses(findings, 'logits')).toBeGreaterThan(0);
    }
    expect(misses(findings, 'stages')).toBeGreaterThan(0);
    if (change !== undefined) {
      expect(relativeChange(logits(faulty, plan), right).toExponential(1)).toBe(
        change.toExponential(1),
      );
    }

    const shared = new Set(loaded.values.values());
    tf.dispose([...faulty.values.values()].filter((tensor) => !shared.has(tensor)));
  });

  it('gamma left out', () => {
    const { entry } = plan;
    const images = referenceImages(entry, reference.seed);
    const withGamma = Object.entries(entry.implementations).filter(([key]) =>
      key.includes('gamma'),
    );
    expect(withGamma).toHaveLength(1);
    const findings = compareImplementation(loaded, withGamma[0][1], images, { allowed });
    expect(misses(findings, 'logits')).toBeGreaterThan(0);
    expect(misses(findings, 'stages')).toBeGreaterThan(0);
  });

  it('image height and width swapped', () => {
    const { values, shape } = referenceImages(plan.entry, reference.seed);
    const turned = tf.tidy(() =>
      tf.transpose(tf.tensor4d(values, [...shape]), [0, 2, 1, 3]).dataSync(),
    );
    const images = { values: turned as Float32Array, shape };
    const { implementations, primary } = plan.entry;
    const findings = compareImplementation(loaded, implementations[primary], images, { allowed });
    expect(misses(findings, 'logits')).toBeGreaterThan(0);
    expect(misses(findings, 'stages')).toBeGreaterThan(0);
  });
});

describe('the planted include-pad pooling', () => {
  it('is what timm and torchvision have in Inception-v3', () => {
    const plan = smallEntry('inception-v3');
    const loaded = loadEntry(plan, entryWeights(reference, plan));
    const asIs = plan.entry.implementations.timm_asis_includepad_f64;
    const images = referenceImages(plan.entry, reference.seed);
    const findings = compareImplementation(includePad()(loaded), asIs, images, { allowed });
    expect(findings.flatMap((finding) => finding.misses)).toEqual([]);
  });
});
