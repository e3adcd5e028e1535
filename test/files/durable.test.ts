import type * as fileSystem from 'node:fs';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { LabError } from '../../lib/errors';
import { writing } from '../../lib/files/diskError';
import { appendDurably, truncateDurably, writeDurably } from '../../lib/files/durable';
import { fromExactJson, toExactJson } from '../../lib/files/exactJson';

/** What was asked of the system, with the names of the files. */
const asked: string[] = [];

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof fileSystem>();
  const names = new Map<number, string>();
  const note = (what: string, file: unknown) =>
    asked.push(`${what} ${path.basename(String(file))}`);
  return {
    ...fs,
    openSync: (file: string, ...rest: [string]) => {
      const descriptor = fs.openSync(file, ...rest);
      names.set(descriptor, file);
      return descriptor;
    },
    writeSync: (descriptor: number, ...rest: [Uint8Array]) => {
      note('write', names.get(descriptor));
      return fs.writeSync(descriptor, ...rest);
    },
    fsyncSync: (descriptor: number) => {
      note('sync', names.get(descriptor));
      fs.fsyncSync(descriptor);
    },
    ftruncateSync: (descriptor: number, length: number) => {
      note('truncate', names.get(descriptor));
      fs.ftruncateSync(descriptor, length);
    },
    renameSync: (from: string, to: string) => {
      note('rename', to);
      fs.renameSync(from, to);
    },
  };
});

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'durable-'));
  file = path.join(folder, 'file');
  asked.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const bytes = (text: string) => Buffer.from(text);

describe('a file that must not be lost', () => {
  it('is on the disk before it gets its name, and its name is before anything else happens', () => {
    writeFileSync(file, 'before');
    expect(writeDurably(`${file}.tmp`, [bytes('a'), bytes('b')], () => file)).toBe(file);
    expect(readFileSync(file, 'utf8')).toBe('ab');
    expect(asked).toEqual([
      ...['write file.tmp', 'write file.tmp', 'sync file.tmp', 'rename file'],
      `sync ${path.basename(folder)}`,
    ]);
  });

  it('stays as it was, alone, when the new one fails in the middle', () => {
    writeFileSync(file, 'before');
    const pieces = function* () {
      yield bytes('half');
      throw new Error('no more');
    };
    expect(() => writeDurably(`${file}.tmp`, pieces(), () => file)).toThrow('no more');
    expect(readdirSync(folder)).toEqual(['file']);
    expect(readFileSync(file, 'utf8')).toBe('before');
  });

  it('waits for the disk when it grows and when it is cut off', () => {
    writeFileSync(file, 'one\n');
    asked.length = 0;
    appendDurably(file, 'two\n');
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
    truncateDurably(file, 4);
    expect(readFileSync(file, 'utf8')).toBe('one\n');
    expect(asked).toEqual(['write file', 'sync file', 'truncate file', 'sync file']);
  });
});

describe('a refusal of the file system', () => {
  const refused = (code: string) =>
    Object.assign(new Error(`${code}: of the system`), { code, errno: -1 });
  const write = (error: Error) => () =>
    writing(
      'a/file',
      () => 'it goes on from step 7',
      () => {
        throw error;
      },
    );

  it.each([
    ['ENOSPC', 'the disk is full (ENOSPC). Free space, then'],
    ['EDQUOT', 'the quota of the disk is used up (EDQUOT). Free space, then'],
    ['EROFS', 'the file system is read-only (EROFS). Make it writable, then'],
    ['EACCES', 'this user may not write there (EACCES). Allow it, then'],
    ['EFBIG', 'files of this size are not allowed here (EFBIG). Raise the limit (ulimit -f), then'],
    ['EIO', 'EIO: of the system (EIO). Repair that, then'],
  ])('%s says the file, the cause and the remedy', (code, text) => {
    expect(write(refused(code))).toThrow(LabError);
    expect(write(refused(code))).toThrow(
      `a/file cannot be written: ${text} run the same command again: it goes on from step 7.`,
    );
  });

  it('is told from other errors, which stay as they are', () => {
    expect(write(new TypeError('a mistake'))).toThrow(TypeError);
  });
});

describe('exact JSON', () => {
  it('brings every double back', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), (values) => {
        expect(fromExactJson(toExactJson({ values }))).toStrictEqual({ values });
      }),
    );
    const odd = [NaN, Infinity, -Infinity, -0, 0, 5e-324, Number.MAX_VALUE];
    const back = fromExactJson(toExactJson(odd)) as number[];
    expect(back.map((value, index) => Object.is(value, odd[index]))).toEqual(odd.map(() => true));
  });
});
