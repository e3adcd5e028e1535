import { readFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { main } from '../../experiments/cli';
import { architectureFolder } from '../../lib/figures/architecture/show';

/** Runs the command line in this process; gives its exit code and what it prints. */
async function lab(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const texts = { out: [] as string[], err: [] as string[] };
  vi.spyOn(console, 'log').mockImplementation((text: string) => void texts.out.push(text));
  vi.spyOn(console, 'error').mockImplementation((text: string) => void texts.err.push(text));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => texts.err.push(String(text)) > 0);
  const code = await main(words);
  return { code, out: texts.out.join('\n'), err: texts.err.join('\n') };
}

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

describe('lab figure', () => {
  it('draws one figure and prints its path; the committed file stays as it is', async () => {
    const file = `${architectureFolder()}/figure-05.svg`;
    const before = readFileSync(file, 'utf8');
    expect(await lab('figure', '5')).toEqual({ code: 0, out: file, err: '' });
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('--only architecture draws Figs. 3 to 20 and the costs', async () => {
    const { code, out } = await lab('figure', 'all', '--only', 'architecture');
    expect(code).toBe(0);
    const names = out.split('\n').map((file) => file.slice(file.lastIndexOf('/') + 1));
    expect(names).toHaveLength(19);
    expect(names.slice(0, 2)).toEqual(['figure-03.svg', 'figure-04.svg']);
    expect(names.slice(-2)).toEqual(['figure-20.svg', 'cost-by-block.svg']);
  });

  it('an ablation is drawn by its name; the committed file stays as it is', async () => {
    const file = `${architectureFolder()}/../crops.svg`;
    const before = readFileSync(file, 'utf8');
    const { code, out } = await lab('figure', 'crops');
    expect([code, out]).toEqual([0, path.resolve(file)]);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  // Runs of smoke scale are of the small pair alone, and short.
  it.each([
    ['23', /no finished run of .*npm run lab -- run convergence/is],
    ['long-horizon', /has no records at smoke scale .*npm run lab -- run residualScaling/],
  ])(
    'a figure without records, "%s", is refused with the command that makes them',
    async (name, message) => {
      const { code, err } = await lab('figure', name, '--scale', 'smoke');
      expect(code).toBe(1);
      expect(err).toMatch(message);
    },
  );

  it.each([
    [['2'], 'Figure "2" cannot be drawn: expected one of 3, 4, 5'],
    [['zeros'], 'or all.'],
    [['27'], 'Figure "27" cannot be drawn'],
    [['05'], 'Figure "05" cannot be drawn'],
    [['5', '--scale', 'quick'], '--scale quick does not apply to architecture figures'],
    [['all', '--only', 'architecture', '--scale', 'quick'], '--scale quick does not apply'],
    [['21', '--only', 'curves'], '--only curves goes with "all"'],
    [['all', '--only', 'pictures'], 'Allowed choices are architecture, curves, ablations'],
  ])('refuses %j', async (words, message) => {
    const { code, err } = await lab('figure', ...words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
