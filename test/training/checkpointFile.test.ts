import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { LabError } from '../../lib/errors';
import {
  DamagedCheckpoint,
  openCheckpoint,
  stepOfName,
  writeCheckpoint,
} from '../../lib/training/checkpointFile';
import { openSafetensors } from '../../lib/weights/safetensors';
import { safetensorsPieces } from '../../lib/weights/safetensorsWriter';
import { emptyFolder, epochLine, ODD_VALUES, position, put, RUN } from './madeCheckpoints';

const SHA = /^step-00000400\.[0-9a-f]{16}\.safetensors$/;

/** A checkpoint under the name that its bytes ask for, but with other metadata than its writer gives. */
function putForged(folder: string, metadata: Record<string, string>): string {
  const pieces = safetensorsPieces('forged', {
    tensors: [],
    metadata,
    read: () => new Float32Array(),
  });
  const bytes = Buffer.concat([...pieces]);
  const digits = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const file = path.join(folder, `step-00000400.${digits}.safetensors`);
  writeFileSync(file, bytes);
  return file;
}

describe('a checkpoint', () => {
  it('comes back bit for bit, under a name with its step and the SHA-256 of the file', () => {
    const folder = emptyFolder();
    const where = position(400, {
      epochs: [epochLine(100), { ...epochLine(200), trainLoss: NaN, testLoss: Infinity }],
      totals: { ...position(0).totals, loss: -0, seconds: 0.1 + 0.2 },
    });
    const file = put(folder, where);
    expect(readdirSync(folder)).toEqual([path.basename(file)]);
    expect(path.basename(file)).toMatch(SHA);
    const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
    expect(path.basename(file).split('.')[1]).toBe(hash.slice(0, 16));

    const checkpoint = openCheckpoint(file, RUN);
    const { notes, tensors } = checkpoint;
    expect(checkpoint.position).toStrictEqual(where);
    expect(Object.is(checkpoint.position.totals.loss, -0)).toBe(true);
    expect(notes).toEqual({ run: RUN, seconds: 1.5, commits: ['abc'] });
    expect([...tensors.keys()].sort()).toEqual([
      'averages/logits/beta',
      'optimizer/step/conv/kernel',
      'parameters/conv/kernel',
    ]);
    expect(tensors.get('parameters/conv/kernel')).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(tensors.get('averages/logits/beta')).toEqual(Float32Array.of(0.1));
    // By their bits: an equality of numbers would take 0 for -0.
    const bits = (values: ArrayLike<number> = []) =>
      new Uint32Array(Float32Array.from(values).buffer);
    expect(bits(tensors.get('optimizer/step/conv/kernel'))).toEqual(bits(ODD_VALUES));
    expect(tensors.get('parameters/none')).toBeUndefined();
    expect(tensors.size).toBe(3);
    checkpoint.close();
  });

  it('is a safetensors file, with the shapes of the tensors', () => {
    const source = openSafetensors(put(emptyFolder(), position(1)), { anyValues: true });
    expect(Object.fromEntries(source.shapes)).toEqual({
      'parameters/conv/kernel': [2, 3],
      'optimizer/step/conv/kernel': [7],
      'averages/logits/beta': [],
    });
    source.close();
  });

  it('leaves nothing when it cannot be written to its end', () => {
    const folder = emptyFolder();
    const gone = tf.scalar(1);
    gone.dispose();
    const write = () =>
      writeCheckpoint(
        folder,
        { run: RUN, seconds: 0, commits: [] },
        position(1),
        new Map([['a', gone]]),
      );
    expect(write).toThrow('disposed');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is seen to be damaged whichever byte has changed', () => {
    const file = put(emptyFolder(), position(3));
    const whole = readFileSync(file);
    for (let index = 0; index < whole.length; index++) {
      const changed = Buffer.from(whole);
      changed[index] ^= 1;
      writeFileSync(file, changed);
      expect(() => openCheckpoint(file, RUN), `byte ${index}`).toThrow(DamagedCheckpoint);
    }
    writeFileSync(file, whole);
    openCheckpoint(file, RUN).close();
  });

  it('is seen to be damaged by any change of a byte, cut, addition or exchange', () => {
    const file = put(emptyFolder(), position(3, { epochs: [epochLine(2)] }));
    const whole = readFileSync(file);
    const headerEnd = 8 + Number(whole.readBigUInt64LE());
    const positionStart = whole.indexOf('"position"');
    const within = (start: number, end: number) => fc.integer({ min: start, max: end - 1 });
    const place = fc.oneof(
      within(0, 8),
      within(8, headerEnd),
      within(positionStart, positionStart + 200),
      within(headerEnd, whole.length),
    );
    const change = fc.oneof(
      fc.record({ at: place, mask: fc.integer({ min: 1, max: 255 }) }).map(({ at, mask }) => {
        const changed = Buffer.from(whole);
        changed[at] ^= mask;
        return changed;
      }),
      fc.integer({ min: 0, max: whole.length - 1 }).map((end) => whole.subarray(0, end)),
      fc.uint8Array({ minLength: 1, maxLength: 9 }).map((more) => Buffer.concat([whole, more])),
      fc
        .tuple(place, place)
        .filter(([a, b]) => whole[a] !== whole[b])
        .map(([a, b]) => {
          const changed = Buffer.from(whole);
          [changed[a], changed[b]] = [whole[b], whole[a]];
          return changed;
        }),
    );
    fc.assert(
      fc.property(change, (bytes) => {
        writeFileSync(file, bytes);
        expect(() => openCheckpoint(file, RUN)).toThrow(DamagedCheckpoint);
      }),
      { numRuns: 400, seed: 5 },
    );
  });

  it('is seen to be damaged whichever letter of its name has changed', () => {
    const file = put(emptyFolder(), position(400));
    const name = path.basename(file);
    for (let index = 0; index < name.length; index++) {
      const other = name[index] === '1' ? '2' : '1';
      const renamed = path.join(
        path.dirname(file),
        name.slice(0, index) + other + name.slice(index + 1),
      );
      renameSync(file, renamed);
      expect(() => openCheckpoint(renamed, RUN), renamed).toThrow(DamagedCheckpoint);
      renameSync(renamed, file);
    }
  });

  it('is refused when it is of another run, of a newer version, or cannot be read', () => {
    const folder = emptyFolder();
    const file = put(folder, position(1), { run: 'another' });
    const open = (target: string) => () => openCheckpoint(target, RUN);
    expect(open(file)).toThrow(`${file} is a checkpoint of the run another: expected ${RUN}.`);
    const newer = putForged(folder, { format: 'inception-lab-checkpoint', version: '2' });
    expect(open(newer)).toThrow(/version 2 .* reads up to 1\. Update the kit: git pull/);
    const absent = path.join(folder, 'step-00000001.0123456789abcdef.safetensors');
    expect(open(absent)).toThrow(/cannot be read: ENOENT.*run the same command again/);
    for (const refused of [file, newer, absent]) {
      expect(open(refused)).toThrow(LabError);
      expect(open(refused)).not.toThrow(DamagedCheckpoint);
    }
  });

  it('counts as damaged when its bytes are whole but not those of a checkpoint of that step', () => {
    const folder = emptyFolder();
    const format = 'inception-lab-checkpoint';
    const notes = JSON.stringify({ run: RUN, seconds: 1, commits: [] });
    for (const metadata of [
      { format: 'pt' },
      { format, version: '1' },
      { format, version: '1', notes, position: '{' },
      { format, version: '1', notes, position: JSON.stringify({ step: 400 }) },
      { format, version: '1', notes, position: JSON.stringify(position(399)) },
    ]) {
      const file = putForged(folder, metadata as Record<string, string>);
      expect(() => openCheckpoint(file, RUN)).toThrow(DamagedCheckpoint);
    }
    const whole = { format, version: '1', notes, position: JSON.stringify(position(400)) };
    openCheckpoint(putForged(folder, whole), RUN).close();
  });
});

describe('the step of a name', () => {
  it.each([
    ['step-00000400.0123456789abcdef.safetensors', 400],
    ['step-123456789.0123456789abcdef.safetensors', 123456789],
    ['step-400.0123456789abcdef.safetensors', undefined],
    ['step-00000400.0123456789abcdef.safetensors.damaged', undefined],
    ['step-00000400.77.tmp', undefined],
  ])('%s: %s', (name, step) => {
    expect(stepOfName(name)).toBe(step);
  });
});
