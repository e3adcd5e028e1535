import { describe, expect, it } from 'vitest';

import { BENCH_NETWORKS } from '../../experiments/benchWorks';
import { timeCompiling } from '../../lib/bench/compileCase';
import { hasTensorflow } from '../hasTensorflow';

/** MiB, about one and a half times what `lab bench compile` measured. */
const PEAK = 5_600;
/** Generous, for busy machines: it is there to notice a recording that computes. */
const SECONDS = 120;

const large = BENCH_NETWORKS.filter(({ name }) => name.endsWith('-299'));

describe.skipIf(!hasTensorflow)('the first compiled step at 299x299, batch 8', () => {
  it('is tried for all four networks', () => {
    expect(large).toHaveLength(4);
  });

  it.each(large)('of $name stays within its bounds of memory and time', async (network) => {
    const { total, peakRssMiB } = await timeCompiling(network, 1);
    console.log(network.name, { seconds: total.median, peakRssMiB });
    expect(peakRssMiB).toBeLessThan(PEAK);
    expect(total.median).toBeLessThan(SECONDS);
  });
});
