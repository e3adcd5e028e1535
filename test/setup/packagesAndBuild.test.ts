import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { emptyProject, load, put, type Step } from './program';

interface Packages {
  readonly isInstalled: (root: string) => boolean;
}

interface Build {
  readonly build: Step;
  readonly emittedFiles: (root: string, output: string) => string[];
}

interface Wheel {
  readonly cudaRequirements: (folder: string) => string[];
}

let packages: Packages;
let building: Build;
let wheel: Wheel;

beforeAll(async () => {
  packages = await load<Packages>('npmPackages.mjs');
  building = await load<Build>('build.mjs');
  wheel = await load<Wheel>('tensorflowWheel.mjs');
});

describe('isInstalled', () => {
  const dependencies = { zod: '^4.0.0' };
  const zod = { version: '4.6.7', integrity: 'sha512-a' };
  const addon = { version: '1.0.0', integrity: 'sha512-b', optional: true };
  const wanted = { 'node_modules/zod': zod, 'node_modules/addon': addon };

  /** A project whose lock file wants zod and an optional addon, and whose node_modules holds what is named. */
  function project(installed: object, asked: object = dependencies): string {
    const { root } = emptyProject();
    put(root, 'package.json', JSON.stringify({ dependencies: asked }));
    const lock = { packages: { '': { dependencies }, ...wanted } };
    put(root, 'package-lock.json', JSON.stringify(lock));
    put(root, 'node_modules/.package-lock.json', JSON.stringify({ packages: installed }));
    for (const name of Object.keys(installed)) put(root, `${name}/package.json`, '{}');
    return root;
  }

  it('holds for what the lock file names, with or without optional packages', () => {
    expect(packages.isInstalled(project(wanted))).toBe(true);
    expect(packages.isInstalled(project({ 'node_modules/zod': zod }))).toBe(true);
  });

  it.each([
    ['nothing is installed', {}],
    ['a version differs', { 'node_modules/zod': { ...zod, version: '4.6.6' } }],
    ['a checksum differs', { 'node_modules/zod': { ...zod, integrity: 'sha512-c' } }],
  ])('fails when %s', (_case, installed) => {
    expect(packages.isInstalled(project(installed))).toBe(false);
  });

  it('fails when a folder is gone although npm noted it', () => {
    const root = project(wanted);
    rmSync(path.join(root, 'node_modules/addon'), { recursive: true });
    expect(packages.isInstalled(root)).toBe(false);
  });

  it('fails when package.json asks for something that the lock file does not know', () => {
    expect(packages.isInstalled(project(wanted, { ...dependencies, sharp: '1' }))).toBe(false);
  });
});

describe('build', () => {
  it('reads the list of what the compiler wrote', () => {
    const { root } = emptyProject();
    const output = `TSFILE: ${path.join(root, 'dist/lib/a.js')}\nFound 0 errors.\nTSFILE: dist/lib/b.js\n`;
    expect(building.emittedFiles(root, output)).toEqual(['dist/lib/a.js', 'dist/lib/b.js']);
  });

  it('removes what this build did not write, and notices missing or outdated output', async () => {
    const context = emptyProject({
      run: () => {
        const written = put(root, 'dist/lib/a.js');
        return Promise.resolve({ ok: true, output: `TSFILE: ${written}\n` });
      },
    });
    const { root } = context;
    put(root, 'lib/a.ts', 'export {};');
    put(root, 'dist/lib/gone.js');
    await building.build.make(context);
    expect(existsSync(path.join(root, 'dist/lib/gone.js'))).toBe(false);
    expect(building.build.ready(context)).toBeDefined();
    rmSync(path.join(root, 'dist/lib/a.js'));
    expect(building.build.ready(context)).toBeUndefined();
    put(root, 'dist/lib/a.js');
    put(root, 'lib/a.ts', 'export const changed = 1;');
    expect(building.build.ready(context)).toBeUndefined();
  });

  it('fails with the first messages of the compiler, and stays not ready', async () => {
    const output = "lib/a.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.";
    const run = () => Promise.resolve({ ok: false, output, reason: 'ended with exit code 2' });
    const context = emptyProject({ run });
    put(context.root, 'lib/a.ts', 'export {};');
    await expect(building.build.make(context)).rejects.toThrow('error TS2322');
    expect(building.build.ready(context)).toBeUndefined();
  });
});

describe('cudaRequirements', () => {
  it('takes the GPU libraries that the wheel names, and no other extra', () => {
    const { root } = emptyProject();
    const lines = [
      'Metadata-Version: 2.1',
      'Requires-Dist: numpy>=1.26.0',
      'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
      'Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3.0.75 ; extra == "and-cuda"',
      'Requires-Dist: tensorflow-io; (sys_platform != "win32") and extra == "gcs-filesystem"',
    ];
    put(root, 'tensorflow-2.21.0.dist-info/METADATA', lines.join('\n'));
    expect(wheel.cudaRequirements(root)).toEqual([
      'nvidia-cublas-cu12<13.0,>=12.5.3.2',
      'nvidia-cudnn-cu12<10.0,>=9.3.0.75',
    ]);
  });
});
