import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import type { Finding } from '../../lib/verify/comparison';
import { formulaValues } from '../../lib/verify/formula';
import { entryWeights, loadEntry } from '../../lib/verify/loadWeights';
import { entryPart } from '../../lib/verify/parts';
import type { EntryPlan } from '../../lib/verify/plan';
import { runNetwork } from '../../lib/verify/runNetwork';
import type { Reference, ReferenceEntry } from '../../lib/verify/schema';
import { stageNodes } from '../../lib/verify/stages';
import { verify } from '../../lib/verify/verify';
import { reference, selectForVerifying, smallEntry } from './reference';

let allowed = 1;
beforeAll(async () => {
  allowed = await selectForVerifying();
});

function missedAt(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ misses }) => misses.map(({ where }) => where));
}

describe.each(['inception-v3', 'inception-v4', 'inception-resnet-v2'])('%s', (network) => {
  it('gives the numbers of Keras, timm and slim, and frees every tensor', async () => {
    const before = tf.memory().numTensors;
    const shares: number[] = [];
    const sections = await verify(reference, {
      ...{ network, allowed },
      onProgress: (share) => shares.push(share),
    });
    expect(tf.memory().numTensors).toBe(before);
    expect(shares).toEqual([0, 0, expect.any(Number), 1]);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    const sizes = ['139x139', '299x299'].map((size) => `${network} ${size}`);
    expect(sections.map(({ title }) => title)).toEqual(['weight formula', ...sizes]);
    const findings = sections.flatMap((section) => section.findings);
    expect(missedAt(findings)).toEqual([]);
    const stages = findings.find(({ what }) => what.startsWith('stages')) as Finding;
    const { implementations, primary } = smallEntry(network).entry;
    const recorded = Object.keys(implementations[primary].stages ?? {}).length;
    // Of every stage and image: mean, std, l2 and 8, 4 and 4 elements.
    expect(stages.compared).toBe(recorded * 2 * (3 + 8 + 4 + 4));
    const groups = findings.map(({ what }) => what);
    expect(groups).toEqual(expect.arrayContaining(['with gamma: logits', 'auxiliary logits']));
  });
});

describe('a reference of other weights and images', () => {
  const plan = smallEntry('inception-v3');

  function entryOf(change: Partial<Reference>, entry: ReferenceEntry): [Reference, EntryPlan] {
    return [
      { ...reference, ...change },
      { ...plan, entry },
    ];
  }

  function findingsOf([changed, changedPlan]: [Reference, EntryPlan]): readonly Finding[] {
    return entryPart(changed, changedPlan, allowed).run();
  }

  /** Every stage's moments, which no other weights and images have. */
  function moments({ implementations, primary }: ReferenceEntry): string[] {
    return Object.keys(implementations[primary].stages ?? {}).flatMap((stage) =>
      [0, 1].flatMap((n) => ['mean', 'std', 'l2'].map((part) => `${stage} image ${n} ${part}`)),
    );
  }

  it('is told from this one by every stage', () => {
    const { entry } = plan;
    const otherInput = { ...entry, input: { ...entry.input, name: 'input/others' } };
    for (const changed of [entryOf({ seed: 2 }, entry), entryOf({}, otherInput)]) {
      const missed = missedAt(findingsOf(changed));
      expect(missed).toEqual(expect.arrayContaining(moments(entry)));
      expect(missed).toEqual(expect.arrayContaining(['first[0]', 'l2', 'logits image 1 l2']));
    }
  });

  it('is verified when its numbers are recorded anew', () => {
    const input = { ...plan.entry.input, name: 'other/images' };
    const changed = entryOf({ seed: 77 }, { ...plan.entry, input });
    const recorded = record(...changed);
    const missed = missedAt(findingsOf([changed[0], { ...plan, entry: recorded }]));
    expect(missed).toEqual([]);
    expect(moments(recorded)).toEqual(moments(plan.entry));
  });
});

/** The entry with what the network puts out now, summed up by this test's own arithmetic. */
function record(changed: Reference, plan: EntryPlan): ReferenceEntry {
  const { entry } = plan;
  const { network, scopes, values } = loadEntry(plan, entryWeights(changed, plan));
  const { stages = {} } = entry.implementations[entry.primary];
  const nodes = stageNodes(network, scopes, Object.keys(stages));
  const images = {
    ...entry.input,
    values: formulaValues(entry.input.name, entry.input.shape, changed.seed),
  };
  const outputs = runNetwork(network, [network.output, ...nodes.values()], values, images);
  tf.dispose([...values.values()]);
  const summaries = (node: Parameters<typeof outputs.get>[0]) =>
    (outputs.get(node) ?? []).map(summary);
  const primary = {
    logits: summaries(network.output),
    stages: Object.fromEntries(
      Object.entries(stages).map(([name, { shape }]) => {
        const node = nodes.get(name);
        return [name, { shape, images: node ? summaries(node) : [] }];
      }),
    ),
  };
  const { l2, first4 } = summary(images.values);
  return {
    ...entry,
    input: { ...entry.input, l2, first4 },
    implementations: { [entry.primary]: primary },
  };
}

function summary(values: Float32Array) {
  const list = [...values];
  const mean = list.reduce((sum, value) => sum + value / list.length, 0);
  return {
    mean,
    std: Math.sqrt(list.reduce((sum, value) => sum + (value - mean) ** 2 / list.length, 0)),
    l2: Math.sqrt(list.reduce((sum, value) => sum + value ** 2, 0)),
    probe: Array.from({ length: 8 }, (_, j) => list[Math.floor(((2 * j + 1) * list.length) / 16)]),
    first4: list.slice(0, 4),
    last4: list.slice(-4),
    first16: list.slice(0, 16),
    argmax: list.indexOf(list.reduce((most, value) => Math.max(most, value))),
  };
}
