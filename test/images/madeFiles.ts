import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { onTestFinished } from 'vitest';

/** A file of this content, gone after the test. */
export function madeFile(name: string, content: Uint8Array | string): string {
  const file = path.join(madeFolder(), name);
  writeFileSync(file, content);
  return file;
}

/** An empty folder, gone after the test. */
export function madeFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'images-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A piece of a PNG file: its length, name, content and CRC. */
export function pngChunk(name: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(content.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

/** Where the named piece of a PNG file begins, and where it ends. */
export function findChunk(png: Buffer, name: string): readonly [number, number] {
  for (let at = 8; at < png.length;) {
    const end = at + 12 + png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === name) return [at, end];
    at = end;
  }
  throw new Error(`no ${name} in this PNG file`);
}

/** The same PNG file, but that it says to be as large as this. */
export function resizedPng(png: Buffer, width: number, height: number): Buffer {
  const [start, end] = findChunk(png, 'IHDR');
  const header = Buffer.from(png.subarray(start + 8, end - 4));
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([png.subarray(0, start), pngChunk('IHDR', header), png.subarray(end)]);
}

/** The same JPEG file, but that it says to be as large as this. */
export function resizedJpeg(jpeg: Buffer, width: number, height: number): Buffer {
  const made = Buffer.from(jpeg);
  const frame = made.indexOf(Buffer.from([0xff, 0xc0]));
  made.writeUInt16BE(height, frame + 5);
  made.writeUInt16BE(width, frame + 7);
  return made;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
