import { readFileSync } from 'node:fs';

import { UsageError } from '../../../errors';

/** Flags of processors that multiply bfloat16 themselves; without them TensorFlow is slower with it, or refuses. */
const FLAGS = ['avx512_bf16', 'amx_bf16'];

/** Throws a UsageError where bfloat16 would not be fast: without a GPU and without a processor that has it. */
export function requireBfloat16(usesGpu: boolean, processorFlags = flagsOfProcessor()): void {
  if (!usesGpu && !FLAGS.some((flag) => processorFlags.includes(flag))) {
    throw new UsageError(
      'precision is "bfloat16", but this processor has no instructions for it ' +
        `(${FLAGS.join(' or ')}) and no GPU is in use: use "float32".`,
    );
  }
}

/** The flags that Linux tells; none on other systems, where nothing is known. */
function flagsOfProcessor(): readonly string[] {
  try {
    const [, flags = ''] = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8')) ?? [];
    return flags.trim().split(' ');
  } catch {
    return [];
  }
}
