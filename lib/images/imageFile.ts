import { constants, type FileHandle, open } from 'node:fs/promises';

import { ImageError } from './imageError';

/** Largest image file that is read, in bytes; a photograph of 100 megapixels has about a fifth of it. */
export const MAX_FILE_BYTES = 2 ** 28;

/**
 * The content of a JPEG or PNG file.
 *
 * What kind it is decide its first bytes, not its name: ImageNet has a PNG named .JPEG. Throws an ImageError where there is
 * no such file, where it is no regular file (a pipe would never end), is empty or too large, is of another kind, or is a PNG
 * without its end.
 */
export async function readImageFile(file: string): Promise<Buffer> {
  const content = await readContent(file);
  if (content.length === 0) throw new ImageError(file, 'is empty');
  if (isPng(content)) checkEnd(file, content);
  else if (!isJpeg(content))
    throw new ImageError(file, `${kindOf(content)}; JPEG and PNG are read`);
  return content;
}

async function readContent(file: string): Promise<Buffer> {
  let handle: FileHandle | undefined;
  try {
    // Without the flag, opening a pipe that nobody writes to never ends.
    handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    return await readWhole(handle, file);
  } catch (error) {
    if (error instanceof ImageError) throw error;
    throw new ImageError(file, `cannot be read: ${reasonOf(error as NodeJS.ErrnoException)}`);
  } finally {
    await handle?.close();
  }
}

async function readWhole(handle: FileHandle, file: string): Promise<Buffer> {
  const status = await handle.stat();
  if (status.isDirectory()) throw new ImageError(file, 'is a folder, not an image');
  if (!status.isFile()) throw new ImageError(file, 'is a pipe or a device, not an image');
  if (status.size > MAX_FILE_BYTES) {
    const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
    throw new ImageError(
      file,
      `has ${mebibytes(status.size)} MiB; images of up to ${mebibytes(MAX_FILE_BYTES)} MiB are read`,
    );
  }
  // Not readFile, which goes on where a file grows meanwhile.
  const content = Buffer.allocUnsafeSlow(status.size);
  let length = 0;
  while (length < content.length) {
    const { bytesRead } = await handle.read(content, length, content.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return content.subarray(0, length);
}

function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'ELOOP':
      return 'it is a symbolic link that leads back to itself';
    case 'EACCES':
      return 'permission denied';
    default:
      return error.message;
  }
}

function isJpeg(content: Buffer): boolean {
  return begins(content, [0xff, 0xd8, 0xff]);
}

function isPng(content: Buffer): boolean {
  return begins(content, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
}

/** Goes through the pieces of a PNG file: the decoder is content with the pixels and does not ask for the rest. */
function checkEnd(file: string, content: Buffer): void {
  // The length of a piece, its name, so many bytes and 4 bytes of checksum.
  for (let at = 8; at + 12 <= content.length; at += 12 + content.readUInt32BE(at)) {
    if (content.toString('latin1', at + 4, at + 8) === 'IEND') return;
  }
  throw new ImageError(file, 'is damaged or cut off: it ends before its end mark');
}

function begins(content: Buffer, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => content[index] === byte);
}

/** What a file of another kind is, as far as its first bytes say. */
function kindOf(content: Buffer): string {
  const start = content.toString('latin1', 0, 12);
  if (/^GIF8/.test(start)) return 'is a GIF image';
  if (/^RIFF....WEBP/s.test(start)) return 'is a WebP image';
  if (/^(II\*\0|MM\0\*)/.test(start)) return 'is a TIFF image';
  if (/^BM/.test(start)) return 'is a BMP image';
  if (/^....ftyp/s.test(start)) return 'is an HEIC or AVIF image, or a film';
  return 'is no image: neither a JPEG nor a PNG file begins like it';
}
