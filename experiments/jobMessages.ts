import type { Config } from '../lib/config';
import type { EpochLine } from '../lib/results/record';
import type { RecordedOutcome } from '../lib/results/recordedRun';
import type { Position } from '../lib/training/snapshot';
import type { StepProgress } from '../lib/training/train';
import type { RunTask } from './oneRun';
import type { TrainingPace } from './reproduction/calibration';

/** What the process of `lab run --jobs` tells one that trains a run, or measures how fast runs like one would be. */
export type Order =
  | { readonly type: 'run'; readonly task: RunTask }
  | { readonly type: 'measure'; readonly config: Config }
  | { readonly type: 'stop' };

/** What that one tells back; it ends after an outcome, a pace or a failure. */
export type Report =
  | { readonly type: 'step'; readonly progress: StepProgress }
  | { readonly type: 'epoch'; readonly line: EpochLine }
  | { readonly type: 'resume'; readonly position: Position; readonly file: string }
  | { readonly type: 'warning'; readonly text: string }
  | { readonly type: 'outcome'; readonly outcome: RecordedOutcome }
  | { readonly type: 'measured'; readonly pace: TrainingPace }
  | { readonly type: 'failed'; readonly message: string; readonly isUsageError: boolean };
