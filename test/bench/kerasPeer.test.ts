import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { applicationOf, KerasPeer } from '../../lib/bench/kerasPeer';

const TASK = { network: 'inception-v3', size: 75, batch: 2 } as const;

/** A program in the place of Python: it gets the same words and speaks over the same pipes. */
function interpreter(program: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'peer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'python');
  writeFileSync(file, `#!${process.execPath}\n${program}`, { mode: 0o755 });
  return file;
}

const FACTS = `console.log(JSON.stringify({ keras: process.argv.slice(3).join(' '), tensorflow: '2' }));`;

describe.skipIf(process.platform === 'win32')('KerasPeer', () => {
  it('hands the task over and times as many passes as it is asked for', async () => {
    const peer = await KerasPeer.start(
      interpreter(`${FACTS}
        let passes = 0;
        require('readline').createInterface({ input: process.stdin })
          .on('line', () => console.log(JSON.stringify({ seconds: ++passes / 4, cpuSeconds: passes })));`),
      TASK,
    );
    onTestFinished(() => peer.stop());
    expect(peer.facts).toEqual({ keras: 'InceptionV3 75 2', tensorflow: '2' });
    expect([await peer.pass(), await peer.pass()]).toEqual([
      { seconds: 0.25, cpuSeconds: 1 },
      { seconds: 0.5, cpuSeconds: 2 },
    ]);
  });

  it('tells why the program ended before it was ready', async () => {
    const python = interpreter(`console.error("No module named 'keras'"); process.exit(1);`);
    await expect(KerasPeer.start(python, TASK)).rejects.toThrow("No module named 'keras'");
  });

  it('tells that the program ended later', async () => {
    const python = interpreter(`${FACTS} process.stdin.once('data', () => process.exit(3));`);
    const peer = await KerasPeer.start(python, TASK);
    await expect(peer.pass()).rejects.toThrow('The Keras process has ended');
    await expect(peer.pass()).rejects.toThrow('The Keras process has ended');
  });

  it('names an interpreter that is not there', async () => {
    await expect(KerasPeer.start('/nowhere/python', TASK)).rejects.toThrow('ENOENT');
  });
});

describe('applicationOf', () => {
  it("gives Keras's name or says which networks Keras has", () => {
    expect(applicationOf('inception-resnet-v2')).toBe('InceptionResNetV2');
    expect(() => applicationOf('inception-resnet-v1')).toThrow(
      'Keras has no inception-resnet-v1 to compare with: expected one of inception-v3, inception-resnet-v2',
    );
  });
});
