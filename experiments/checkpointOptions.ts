import { Option } from 'commander';

import { UsageError } from '../lib/errors';
import type { CheckpointChoices } from '../lib/training/retention';

/** What a user may say of a run's checkpoints. */
export interface CheckpointWords {
  readonly saveEvery?: string;
  readonly keepLast?: string;
  readonly keepBest?: string;
}

/** The options of a command that trains. */
export function checkpointOptions(): readonly Option[] {
  return [
    new Option('--save-every <steps>', 'checkpoints every so many steps, too'),
    new Option('--keep-last <count>', 'how many of the newest checkpoints stay (default: 2)'),
    new Option(
      '--keep-best <count>',
      'how many of the best, by top-1 error of the averages (default: 1)',
    ),
  ];
}

/** The choices that these options stand for. Throws a UsageError that names the option and its value. */
export function checkpointChoices(words: CheckpointWords): CheckpointChoices {
  return {
    everySteps: count('--save-every', words.saveEvery, 1),
    last: count('--keep-last', words.keepLast, 1),
    best: count('--keep-best', words.keepBest, 0),
  };
}

function count(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  if (!/^\d{1,9}$/.test(text) || Number(text) < least) {
    throw new UsageError(`${option} is "${text}": expected a whole number from ${least} on.`);
  }
  return Number(text);
}
