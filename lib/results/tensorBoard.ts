import * as tf from '@tensorflow/tfjs';
import type * as tfNode from '@tensorflow/tfjs-node-gpu';
import { Root } from 'protobufjs/light';

import { nodeBackend } from '../backend/tensorflow/nodeBackend';
import { LabError, UsageError } from '../errors';
import type { StepProgress } from '../training/train';
import type { EpochLine, LayerStability, ProbeLine } from './record';

type SummaryFileWriter = ReturnType<typeof tfNode.node.summaryFileWriter>;

/** The numbers of an epoch that are written, by their names in the record. */
const EPOCH_SCALARS = [
  'trainLoss',
  'trainTop1Error',
  'testLoss',
  'top1Error',
  'top5Error',
  'rawTop1Error',
  'rawTop5Error',
] as const;

/** The numbers of a layer that are written, by their names in the record. */
const LAYER_SCALARS: readonly Exclude<keyof LayerStability, 'name'>[] = [
  'deadChannels',
  'zeros',
  'max',
  'deviation',
  'residualToTrunk',
  'gradientNorm',
];

/** Of tensorflow/core/util/event.proto, what says that a writer begins (again) at a step. */
const EVENT = Root.fromJSON({
  nested: {
    Event: {
      fields: {
        wallTime: { type: 'double', id: 1 },
        step: { type: 'int64', id: 2 },
        sessionLog: { type: 'SessionLog', id: 7 },
      },
    },
    SessionLog: { fields: { status: { type: 'int32', id: 1 } } },
  },
}).lookupType('Event');

const SESSION_START = 1;

/** The numbers of one run as TensorBoard's scalars, float32, at the step after which they were known. */
export class TensorBoardLog {
  private writer: SummaryFileWriter | undefined;

  /** Nothing is written before the first number. Use `openTensorBoard`. */
  constructor(
    private readonly folder: string,
    private readonly node: typeof tfNode.node,
  ) {}

  /** `step/loss` and `step/learningRate`. */
  step({ step, loss, learningRate }: StepProgress): void {
    this.write(step, (writer) => {
      writer.scalar('step/loss', loss, step);
      writer.scalar('step/learningRate', learningRate, step);
    });
  }

  /** `epoch/<name in the record>`; from then on, everything so far is on the disk. */
  epoch(line: EpochLine): void {
    // What an earlier process wrote of the epoch's last step stays: it is not told again.
    this.write(line.step + 1, (writer) => {
      EPOCH_SCALARS.forEach((name) => writer.scalar(`epoch/${name}`, line[name], line.step));
      writer.flush();
    });
  }

  /** `<name in the record>/<layer>`; nothing for a number that is not finite. */
  probe({ step, layers }: ProbeLine): void {
    this.write(step, (writer) => {
      for (const layer of layers) {
        for (const name of LAYER_SCALARS) {
          const value = layer[name];
          if (typeof value === 'number') writer.scalar(`${name}/${layer.name}`, value, step);
        }
      }
    });
  }

  /** Brings everything so far to the disk. */
  flush(): void {
    if (this.writer) this.write(0, (writer) => writer.flush());
  }

  private write(step: number, what: (writer: SummaryFileWriter) => void): void {
    try {
      this.writer ??= this.open(step);
      what(this.writer);
    } catch (error) {
      const reason = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : String(error);
      throw new LabError(
        `${this.folder} cannot be written for TensorBoard: ${reason}. Free the place or the disk, or leave --tensorboard out.`,
      );
    }
  }

  /** TensorBoard then forgets what a process that was stopped or killed had written from this step on. */
  private open(step: number): SummaryFileWriter {
    const writer = this.node.summaryFileWriter(this.folder);
    importEvent(this.folder, sessionStart(step));
    return writer;
  }
}

/**
 * A log for TensorBoard in a folder, which a run that goes on continues.
 *
 * The native runtime must have been selected: it writes the files. Throws a UsageError where another is in use.
 */
export async function openTensorBoard(folder: string): Promise<TensorBoardLog> {
  if (tf.getBackend() !== 'tensorflow') {
    throw new UsageError(
      `TensorBoard's files are written by TensorFlow, but the backend is ${tf.getBackend()}: leave --tensorboard out, or see "npm run lab -- doctor" for what TensorFlow lacks here.`,
    );
  }
  const { node } = await import('@tensorflow/tfjs-node-gpu');
  return new TensorBoardLog(folder, node);
}

function sessionStart(step: number): Uint8Array {
  const sessionLog = { status: SESSION_START };
  return EVENT.encode(EVENT.fromObject({ wallTime: Date.now() / 1000, step, sessionLog })).finish();
}

/** TensorFlow.js writes numbers only; the writer of a folder is found again by its name. */
function importEvent(folder: string, event: Uint8Array): void {
  const backend = nodeBackend();
  const { TF_ATTR_STRING: type } = backend.binding;
  const attributes = [
    { name: 'shared_name', type, value: `logdir:${folder}` },
    { name: 'container', type, value: '' },
  ];
  tf.tidy(() => {
    const writer = backend.executeSingleOutput('SummaryWriter', attributes, []);
    backend.executeMultipleOutputs('ImportEvent', [], [writer, tf.scalar(event, 'string')], 0);
  });
}
