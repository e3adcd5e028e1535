import { existsSync } from 'node:fs';
import path from 'node:path';

import type { Command } from 'commander';

import { UsageError } from '../../lib/errors';
import { NETWORK_NAMES } from '../../lib/models/networks';
import { elements } from '../../lib/models/parameters';
import { exportToTimm } from '../../lib/weights/export';
import { headsLeftOut, type Import, openImport } from '../../lib/weights/import';
import { openWeights, saveWeights } from '../../lib/weights/ownFormat';

interface ImportFlags {
  readonly as: string;
  readonly out: string;
  readonly dropBackground?: boolean;
  readonly auxiliary?: boolean;
  readonly force?: boolean;
}

interface ExportFlags {
  readonly to: string;
  readonly out?: string;
  readonly force?: boolean;
}

/** `lab import <file>` and `lab export <file>`: weights from Keras, timm and facenet-pytorch, and back to timm. */
export function addWeightsCommands(program: Command): void {
  program
    .command('import')
    .argument('<file>', '.h5 of Keras, .safetensors of timm or facenet-pytorch')
    .requiredOption('--as <network>', NETWORK_NAMES.join(', '))
    .option('--out <folder>', 'where the weights go', 'weights')
    .option('--drop-background', 'leave class 0 of a file with 1001 classes out')
    .option('--auxiliary', 'take the auxiliary head along')
    .option('--force', 'replace weights that are there')
    .description('published weights in the form of this laboratory')
    .action(importFile);
  program
    .command('export')
    .argument('<file>', 'weights of this laboratory (.safetensors)')
    .requiredOption('--to <names>', 'whose names: timm')
    .option('--out <file>', 'default: <file> with .timm.safetensors')
    .option('--force', 'replace a file that is there')
    .description("weights under timm's names, for PyTorch")
    .action(exportFile);
}

async function importFile(file: string, flags: ImportFlags): Promise<void> {
  const opened = await openImport(file, flags.as, {
    dropBackground: flags.dropBackground,
    auxiliaryHead: flags.auxiliary,
  });
  try {
    const target = path.join(flags.out, `${opened.config.name}.safetensors`);
    checkFree(target, flags.force);
    saveWeights(target, opened.config, (name) => opened.weights.read(name));
    console.log(`${summary(opened)}\nwritten: ${target}`);
  } finally {
    opened.weights.close();
  }
}

function exportFile(file: string, { to, out, force }: ExportFlags): void {
  if (to !== 'timm') {
    throw new UsageError(`Weights cannot be written with the names of "${to}": expected timm.`);
  }
  const target = out ?? file.replace(/(\.safetensors)?$/, '.timm.safetensors');
  checkFree(target, force);
  const weights = openWeights(file);
  try {
    exportToTimm(weights, target);
    console.log(`${weights.config.name}, ${weights.config.classes} classes\nwritten: ${target}`);
  } finally {
    weights.close();
  }
}

function checkFree(target: string, force: boolean | undefined): void {
  if (!force && existsSync(target)) {
    throw new UsageError(
      `${target} is there already: give --force to replace it, or another --out.`,
    );
  }
}

function summary({ config, scheme, weights, folded }: Import): string {
  const heads = headsLeftOut(weights);
  const numbers = [...weights.shapes.values()].map(elements).reduce((sum, size) => sum + size);
  return [
    `${config.name} by ${scheme}'s names, ${config.classes || 'no'} classes`,
    `read:     ${weights.shapes.size} tensors, ${numbers.toLocaleString('en')} numbers`,
    ...(heads.length > 0
      ? [`left out: ${heads.length} tensors of other heads: ${heads.join(', ')}`]
      : []),
    ...(folded > 0
      ? [`folded:   gamma of ${folded} batch normalisations, into kernels and moving means`]
      : []),
  ].join('\n');
}
