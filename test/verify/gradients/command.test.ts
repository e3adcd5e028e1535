import { afterEach, describe, expect, it, vi } from 'vitest';

import { main } from '../../../experiments/cli';
import { selectBackend } from '../../../lib/backend/select';
import { lastChannels, plantGradient, type Restore } from './plant';

let restore: Restore | undefined;
afterEach(() => {
  restore?.();
  restore = undefined;
});

/** Runs `lab doctor` in this process and keeps what it prints. */
async function labDoctor(...words: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void out.push(text));
  vi.spyOn(console, 'error').mockImplementation((text: string) => void err.push(text));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
  const code = await main(['doctor', ...words]);
  vi.restoreAllMocks();
  return { code, stdout: out.join('\n'), stderr: err.join('\n') };
}

const SMALL = ['--gradients', 'inception-resnet-v1', '--form', 'small'];

interface Json {
  readonly ok: boolean;
  readonly outcomes: readonly { readonly quantity: string; readonly wrong: number }[];
  readonly plainKernel: readonly { readonly shape: string }[];
}

describe('lab doctor --gradients', () => {
  it('prints a table, what the plain kernel does, and the verdict', async () => {
    const { code, stdout, stderr } = await labDoctor(...SMALL);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^inception-resnet-v1 \(small\) on (tensorflow .*oneDNN|wasm) /);
    expect(stdout).toMatch(/\n {2}input gradient +25 +[\d,]+ +\d\.\de-\d +0\.\d\d {2}\dx\d stride/);
    expect(stdout).toMatch(/\(Conv2DBackpropInput\): (right|WRONG) here for/);
    expect(stdout).toMatch(/\npassed: \d+ tensors, [\d,]+ numbers compared, all within/);
    expect(stderr).toContain('100 %');
  });

  it('ends with 1 and names the layer where a gradient is wrong', async () => {
    await selectBackend();
    restore = plantGradient('Conv2D', 'x', lastChannels());
    const { code, stdout, stderr } = await labDoctor(...SMALL, '--json');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /convolution, with bias, input gradient: 3x3 .* error \d\.\de-\d, allowed .* in channels 2 to 2, e\.g\. stem\/conv1/,
    );
    expect(stderr).toContain('and 15 more');
    const { ok, outcomes, plainKernel } = JSON.parse(stdout) as Json;
    expect(ok).toBe(false);
    expect(plainKernel).toHaveLength(25);
    const wrong = outcomes.filter((outcome) => outcome.wrong > 0);
    expect(wrong).toHaveLength(25);
    expect(wrong.every(({ quantity }) => quantity === 'input gradient')).toBe(true);
  });

  it.each([
    [['--gradients', 'inception-v9'], 'Unknown network "inception-v9"'],
    [['--gradients', 'inception-v3', '--form', 'paper'], 'inception-v3 has no form "paper"'],
    [['--gradients', 'inception-v3', '--form', 'tiny'], 'Unknown form "tiny"'],
    [['--form', 'small'], '--form small says nothing without a network'],
    [['--gradients'], "option '--gradients <network>' argument missing"],
  ])('%j ends with 2 and a sentence', async (words, message) => {
    const { code, stdout, stderr } = await labDoctor(...words);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
  });
});
