import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { explainGpu } from '../../lib/backend/gpu';
import {
  type Check,
  checkData,
  checkJupyter,
  checkKernel,
  checkNode,
  doctorReport,
  examine,
  toDoctorJson,
} from '../../lib/backend/probe';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'probe-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

function write(file: string, text: string): string {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  return target;
}

describe('explainGpu', () => {
  const none = { backend: 'tensorflow', hasNvidiaDriver: true, isUsed: false } as const;

  it.each([
    ['in use', { ...none, libraries: 'gpu', isUsed: true }, 'ok', /^in use$/],
    ['no driver', { ...none, hasNvidiaDriver: false }, 'ok', /no NVIDIA driver/],
    ['wasm', { ...none, backend: 'wasm' }, 'warning', /only the tensorflow backend/],
    ['CPU wheel', { ...none, libraries: 'cpu' }, 'warning', /without GPU libraries/],
    ['no device', { ...none, libraries: 'gpu' }, 'warning', /TensorFlow sees no device/],
  ] as const)('tells %s from the other cases', (_case, facts, state, value) => {
    const finding = explainGpu(facts);
    expect(finding.state).toBe(state);
    expect(finding.value).toMatch(value);
    expect(finding.fix === undefined).toBe(state === 'ok');
  });

  it('repeats why the set-up left the GPU libraries out', () => {
    const finding = explainGpu({ ...none, libraries: 'cpu', noGpuBecause: 'The disk is full.' });
    expect(finding.value).toContain('The disk is full.');
  });
});

describe('checks of single parts', () => {
  it.each([
    ['20.8.1', 'missing'],
    ['20.9.0', 'ok'],
    ['18.20.0', 'missing'],
    ['24.0.0', 'ok'],
  ])('takes Node %s as %s', (version, state) => {
    expect(checkNode(version).state).toBe(state);
  });

  it('finds data files that are absent or cut off', () => {
    expect(checkData(folder)).toMatchObject({ state: 'missing', value: 'CIFAR-10 is not here' });
    write('manifest.json', JSON.stringify({ files: { 'a.bin': { bytes: 3 } } }));
    expect(checkData(folder).value).toBe('CIFAR-10: a.bin has no bytes, expected 3');
    write('a.bin', 'ab');
    expect(checkData(folder).value).toBe('CIFAR-10: a.bin has 2 bytes, expected 3');
    write('a.bin', 'abc');
    expect(checkData(folder).state).toBe('ok');
  });

  it('finds a kernel whose programs have moved away', () => {
    expect(checkKernel(folder)).toMatchObject({ state: 'warning', value: 'not set up' });
    const file = '.lab/venv/share/jupyter/kernels/tslab/kernel.json';
    const script = write('tslab', '');
    write(file, JSON.stringify({ argv: [process.execPath, script, 'kernel'] }));
    expect(checkKernel(folder).state).toBe('ok');
    write(file, JSON.stringify({ argv: [process.execPath, `${script}-gone`, 'kernel'] }));
    expect(checkKernel(folder)).toMatchObject({
      state: 'warning',
      value: `${script}-gone is gone`,
    });
  });

  it('takes a Jupyter environment that was not finished for none', () => {
    write('.lab/venv/bin/python', '');
    expect(checkJupyter(folder)).toMatchObject({ state: 'warning', value: 'not set up' });
  });
});

describe('doctorReport and toDoctorJson', () => {
  const checks: Check[] = [
    { name: 'backend', state: 'ok', value: 'wasm 4.22.0' },
    { name: 'Jupyter', state: 'warning', value: 'not set up', fix: 'Run it.' },
  ];

  it('puts each fix below its line', () => {
    expect(doctorReport(checks).split('\n')).toEqual([
      'backend  ok       wasm 4.22.0',
      'Jupyter  warning  not set up',
      '                  Run it.',
    ]);
  });

  it('is not ok only when something is missing', () => {
    expect(toDoctorJson(checks)).toEqual({ backend: 'wasm', ok: true, checks });
    const broken: Check[] = [{ name: 'backend', state: 'missing', value: 'It does not load.' }];
    expect(toDoctorJson(broken)).toMatchObject({ backend: null, ok: false });
  });
});

describe('examine', () => {
  it('reports the backend that LAB_BACKEND forces', async () => {
    vi.stubEnv('LAB_BACKEND', 'wasm');
    const checks = await examine();
    expect(toDoctorJson(checks).backend).toBe('wasm');
    const names = ['Node', 'backend', 'GPU', 'threads', 'memory', 'Jupyter', 'kernel', 'data'];
    expect(checks.map(({ name }) => name)).toEqual(names);
  });

  it('refuses a LAB_BACKEND that names no backend', async () => {
    vi.stubEnv('LAB_BACKEND', 'abacus');
    await expect(examine()).rejects.toThrow(/LAB_BACKEND is "abacus": expected one of/);
  });
});
