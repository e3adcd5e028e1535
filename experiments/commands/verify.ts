import type { Command } from 'commander';

import { type Backend, selectBackend } from '../../lib/backend/select';
import { LabError, UsageError } from '../../lib/errors';
import { NETWORK_NAMES } from '../../lib/models/networks';
import { describeEnvironment } from '../../lib/results/environment';
import { allowedOn, switchOneDnnOff } from '../../lib/verify/conditions';
import { readReference } from '../../lib/verify/readReference';
import { verify } from '../../lib/verify/verify';
import { shareDisplay } from '../shareDisplay';
import { missesText, verificationTable } from '../verificationTable';

interface VerifyCommandOptions {
  readonly only?: string;
  readonly size?: string;
  readonly onednn: string;
  readonly json?: boolean;
}

/** `lab verify <reference.json>`: compares the built networks with Keras, timm and slim, number by number. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .argument('<reference.json>', 'a file of reference numbers, format 1')
    .option('--only <network>', `one of ${NETWORK_NAMES.join(', ')}; default: all in the file`)
    .option('--size <pixels>', 'one image size; default: all in the file')
    .option(
      '--onednn <state>',
      'off, as the reference was made, or on: what TensorFlow does',
      'off',
    )
    .option('--json', 'machine-readable')
    .description('compare every number of a reference file with the built networks')
    .action(verifyFile);
}

async function verifyFile(file: string, options: VerifyCommandOptions): Promise<void> {
  const { only: network, json } = options;
  const size = parseSize(options.size);
  const reference = readReference(file);
  chooseOneDnn(options.onednn);
  const backend = await selectBackend();
  const allowed = allowedOn(backend);
  const display = shareDisplay('verify');
  const sections = await verify(reference, {
    ...{ network, size, allowed },
    onProgress: display.update,
  }).finally(display.stop);
  const conditions = conditionsText(backend, allowed);
  console.log(
    json
      ? JSON.stringify({ conditions, allowed, sections }, namedInfinity, 2)
      : [conditions, verificationTable(sections, allowed)].join('\n'),
  );
  const misses = missesText(sections);
  if (misses !== '') {
    throw new LabError(misses);
  }
}

/** JSON has no infinity; a number that had to be equal is infinitely many tolerances away. */
function namedInfinity(_: string, value: unknown): unknown {
  return value === Infinity ? 'unequal' : value;
}

function parseSize(text: string | undefined): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  if (!/^[1-9]\d{0,4}$/.test(text)) {
    throw new UsageError(`--size is "${text}": expected a number of pixels, e.g. 139.`);
  }
  return Number(text);
}

function chooseOneDnn(state: string): void {
  if (state !== 'on' && state !== 'off') {
    throw new UsageError(`--onednn is "${state}": expected on or off.`);
  }
  if (state === 'off') {
    switchOneDnnOff();
  }
}

function conditionsText({ name, version }: Backend, allowed: number): string {
  const how =
    name === 'wasm'
      ? 'XNNPACK sums in another order than TensorFlow'
      : `oneDNN ${describeEnvironment().oneDnn ? 'on' : 'off, as the reference was made'}`;
  const times =
    allowed === 1
      ? 'the tolerance of the reference'
      : `${allowed} times the tolerance of the reference`;
  return `${name} ${version} (${how}); a difference may have ${times}`;
}
