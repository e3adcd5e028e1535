import { beforeAll, describe, expect, it } from 'vitest';

import { allowedOn } from '../../lib/verify/conditions';
import { blockPart, optimizerPart } from '../../lib/verify/parts';
import { verify } from '../../lib/verify/verify';
import { useWasm } from '../backend/wasm/useWasm';
import { reference } from './reference';

const allowed = allowedOn({ name: 'wasm', version: '' });

beforeAll(useWasm);

describe('the wasm backend', () => {
  it('may differ by three tolerances', () => {
    expect(allowed).toBe(3);
    expect(allowedOn({ name: 'tensorflow', version: '' })).toBe(1);
  });

  it.each(['inception-v3', 'inception-v4', 'inception-resnet-v2'])(
    'gives the numbers of the reference for %s',
    async (network) => {
      const sections = await verify(reference, { network, size: 139, allowed });
      expect(sections.flatMap(({ findings }) => findings.flatMap(({ misses }) => misses))).toEqual(
        [],
      );
    },
  );

  it('gives the gradients of the block and the steps of the optimizer', () => {
    const parts = [blockPart(reference, allowed), optimizerPart(reference, allowed)];
    const findings = parts.flatMap(({ run }) => run());
    expect(findings).toHaveLength(10);
    expect(findings.flatMap(({ misses }) => misses)).toEqual([]);
  });
});
