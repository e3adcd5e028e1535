import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, describe, expect, it, vi } from 'vitest';

import { main } from '../../experiments/cli';
import { REFERENCE_FILE } from './reference';

const folder = mkdtempSync(path.join(tmpdir(), 'verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `lab verify` in this process and keeps what it prints. */
async function labVerify(...words: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void out.push(text));
  vi.spyOn(console, 'error').mockImplementation((text: string) => void err.push(text));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
  const code = await main(['verify', ...words]);
  vi.restoreAllMocks();
  return { code, stdout: out.join('\n'), stderr: err.join('\n') };
}

/** The reference with an edit of its text. */
function edited(from: string, to: string): string {
  const text = readFileSync(REFERENCE_FILE, 'utf8');
  expect(text.includes(from)).toBe(true);
  const file = path.join(folder, 'edited.json');
  writeFileSync(file, text.replace(from, to));
  return file;
}

const SMALL = ['--only', 'inception-v3', '--size', '139'];

describe('lab verify', () => {
  it('prints a table, the conditions and the verdict', async () => {
    const { code, stdout, stderr } = await labVerify(REFERENCE_FILE, ...SMALL);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^(tensorflow .*oneDNN off, as the reference was made|wasm .*XNNPACK)/);
    expect(stdout).toMatch(/\n {2}stages \(19\) +722 +0\.\d\d {2}\w+ image/);
    expect(stdout).toMatch(/\npassed: [\d,]+ numbers, all within/);
    expect(stdout).not.toContain('inception-v4');
    expect(stderr).toContain('100 %');
  });

  it('ends with 1 and names the misses', async () => {
    const { models } = JSON.parse(readFileSync(REFERENCE_FILE, 'utf8')) as {
      models: Record<string, Record<string, { params: { timm_num_params: number } }>>;
    };
    const count = models.inception_v3['139'].params.timm_num_params;
    const file = edited(String(count), String(count + 1));
    const { code, stdout, stderr } = await labVerify(file, '--only', 'inception-v3', '--json');
    expect(code).toBe(1);
    expect(stderr).toContain(`timm_num_params: ${count}, expected ${count + 1} (must be equal)`);
    const { sections } = JSON.parse(stdout) as { sections: { findings: { worst: unknown }[] }[] };
    expect(sections.flatMap(({ findings }) => findings.map(({ worst }) => worst))).toContain(
      'unequal',
    );
  });

  it.each([
    [['no-such-file.json'], 'there is no such file'],
    [[REFERENCE_FILE, '--only', 'inception-v9'], 'Unknown network "inception-v9"'],
    [[REFERENCE_FILE, '--only', 'inception-resnet-v1'], 'has no inception-resnet-v1'],
    [[REFERENCE_FILE, '--size', '224'], 'has no 224'],
    [[REFERENCE_FILE, '--size', 'large'], '--size is "large"'],
    [[REFERENCE_FILE, '--onednn', 'maybe'], '--onednn is "maybe"'],
    [[], "missing required argument 'reference.json'"],
  ])('%j ends with 2 and a sentence', async (words, message) => {
    const { code, stdout, stderr } = await labVerify(...words);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
  });

  it('refuses layers that are not the network, before anything is computed', async () => {
    const file = edited('["InceptionV3/Conv2d_1a_3x3",3,', '["InceptionV3/X",3,');
    const { code, stdout, stderr } = await labVerify(file, ...SMALL);
    expect(code).toBe(1);
    expect(stderr).toContain('InceptionV3/Conv2d_1a_3x3/weights');
    expect(stderr).toContain('InceptionV3/X/weights');
    expect(stdout).toBe('');
  });
});
