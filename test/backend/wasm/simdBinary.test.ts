import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { describe, expect, it } from 'vitest';

import { projectRoot } from '../../../lib/projectRoot';

interface Build {
  readonly render: () => Promise<string>;
}

describe('the built SIMD kernels', () => {
  it('are what "npm run build:wasm" makes of the sources, byte for byte', async () => {
    const script = path.join(projectRoot(), 'assembly/build.mjs');
    const { render } = (await import(pathToFileURL(script).href)) as Build;
    const committed = readFileSync(
      path.join(projectRoot(), 'lib/backend/wasm/simdBinary.ts'),
      'utf8',
    );
    expect(await render()).toBe(committed);
  });
});
