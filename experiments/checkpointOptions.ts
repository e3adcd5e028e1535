import { Option } from 'commander';

import type { CheckpointChoices } from '../lib/training/retention';
import { parseCount } from './parseCount';

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
    everySteps: parseCount('--save-every', words.saveEvery, 1),
    last: parseCount('--keep-last', words.keepLast, 1),
    best: parseCount('--keep-best', words.keepBest, 0),
  };
}
