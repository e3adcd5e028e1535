import { type Config, defaultConfig } from '../config';
import { CROP_AREA, CROP_PADDING } from '../data/augment';
import { BATCH_NORM_EPSILON } from '../models/node';
import { AUXILIARY_LOSS_WEIGHT } from './losses';
import type { WarmUp } from './schedules';

/** One setting of the training method and what three sources say of it. */
export interface MethodRow {
  readonly setting: string;
  /** The keys of a config that change it; empty where it is fixed. */
  readonly keys: readonly string[];
  /** The paper, 1602.07261v2, and where it is silent its forerunner, 1512.00567. */
  readonly paper: string;
  /** Google's released trainers: tensorflow/models, research/inception, and slim's where it differs. */
  readonly google: string;
  /** What a run does unless it is told otherwise. */
  readonly here: string;
}

const SILENT = 'not stated';
const GOOGLE_AUGMENTATION = 'crops of random size and shape, mirrored, colours changed';

type Row = Omit<MethodRow, 'here'> & { readonly here: (config: Config) => number | string };

/** Read in the paper and in the trainers' sources; "here" is read from the default config. */
const ROWS: readonly Row[] = [
  {
    setting: 'optimizer',
    keys: ['optimizer.name'],
    paper: 'RMSProp for the best models, momentum for earlier ones (section 4)',
    google: 'RMSProp',
    here: ({ optimizer }) => (optimizer.name === 'momentum' ? 'momentum' : 'RMSProp'),
  },
  {
    setting: 'RMSProp decay',
    keys: ['optimizer.decay'],
    paper: '0.9 (section 4)',
    google: '0.9',
    here: ({ optimizer }) => optimizer.decay,
  },
  {
    setting: 'RMSProp epsilon, inside the root',
    keys: ['optimizer.epsilon'],
    paper: '1.0 (section 4)',
    google: '1.0',
    here: ({ optimizer }) => optimizer.epsilon,
  },
  {
    setting: 'momentum',
    keys: ['optimizer.momentum'],
    paper: '0.9, of RMSProp not stated (section 4)',
    google: '0.9',
    here: ({ optimizer }) => optimizer.momentum,
  },
  {
    setting: 'learning rate',
    keys: ['optimizer.learningRate', 'optimizer.linearRate'],
    paper: '0.045 (section 4)',
    google: '0.045; on one machine 0.1; slim 0.01',
    here: ({ optimizer: { learningRate, linearRate = 1 } }) =>
      linearRate === 1
        ? learningRate
        : `${learningRate}; ${linearRate} times that in linear layers before residual sums`,
  },
  {
    setting: 'its decay',
    keys: ['optimizer.decayRate', 'optimizer.decayEpochs'],
    paper: '0.94 every two epochs (section 4)',
    google: '0.94 every 2 epochs; on one machine 0.16 every 30',
    here: ({ optimizer }) => `${optimizer.decayRate} every ${optimizer.decayEpochs} epochs`,
  },
  {
    setting: 'schedule',
    keys: ['schedule'],
    paper: 'exponential (section 4)',
    google: 'exponential, in stairs',
    here: ({ schedule = 'exponential' }) =>
      schedule === 'exponential' ? 'exponential, in stairs' : schedule,
  },
  {
    setting: 'warm-up',
    keys: ['warmUp'],
    paper: 'none; two phases, the first at 0.00001, did not cure dying (section 3.3)',
    google: 'none',
    here: ({ warmUp }) => (warmUp ? warmUpText(warmUp) : 'none'),
  },
  {
    setting: 'gradient clipping, global norm',
    keys: ['gradientClip'],
    paper: `${SILENT}; useful in the AAAI-17 version; 2.0 in 1512.00567, section 8`,
    google: 'none',
    here: ({ gradientClip }) => gradientClip ?? 'none',
  },
  {
    setting: 'batch size',
    keys: ['batchSize'],
    paper: `${SILENT}; 32 a replica in 1512.00567, section 8`,
    google: '32 a replica',
    here: ({ batchSize }) => batchSize,
  },
  {
    setting: 'batches of a step',
    keys: ['accumulation'],
    paper: '20 replicas, synchronous or not is not stated (section 4)',
    google: '1 a replica',
    here: ({ accumulation }) => accumulation ?? 1,
  },
  {
    setting: 'epochs',
    keys: ['epochs'],
    paper: `${SILENT}; curves to 160 and 200; 100 in 1512.00567, section 8`,
    google: 'no end',
    here: ({ epochs }) => epochs,
  },
  {
    setting: 'early stopping',
    keys: ['earlyStopping'],
    paper: SILENT,
    google: 'none',
    here: ({ earlyStopping }) => earlyStopping?.patience ?? 'none',
  },
  {
    setting: 'label smoothing',
    keys: ['labelSmoothing'],
    paper: `${SILENT}; 0.1 in 1512.00567, section 7`,
    google: '0.1; slim 0',
    here: ({ labelSmoothing }) => labelSmoothing,
  },
  {
    setting: 'L2 weight decay of kernels',
    keys: ['weightDecay'],
    paper: SILENT,
    google: '0.00004',
    here: ({ weightDecay }) => decimal(weightDecay ?? 0),
  },
  {
    setting: "weight of the auxiliary head's loss",
    keys: ['auxiliaryLossWeight', 'network.auxiliaryHead'],
    paper: SILENT,
    google: '0.4',
    here: ({ auxiliaryLossWeight, network }) =>
      `${auxiliaryLossWeight ?? AUXILIARY_LOSS_WEIGHT}${network.auxiliaryHead ? '' : '; no head unless asked for'}`,
  },
  {
    setting: 'share that dropout keeps',
    keys: ['network.dropoutKeep'],
    paper: '0.8 (Figs. 9 and 15)',
    google: '0.8',
    here: ({ network }) => network.dropoutKeep,
  },
  {
    setting: 'residual scaling',
    keys: ['network.residualScale.a', 'network.residualScale.b', 'network.residualScale.c'],
    paper: '0.1 to 0.3 (section 3.3)',
    google: '0.17, 0.1, 0.2 by grid',
    here: ({ network: { residualScale } }) =>
      `${residualScale.a}, ${residualScale.b}, ${residualScale.c} by grid`,
  },
  {
    setting: 'average of the parameters, decay',
    keys: ['averageDecay'],
    paper: 'evaluated on; decay not stated (section 4)',
    google: '0.9999; slim none unless asked for',
    here: ({ averageDecay }) => averageDecay,
  },
  {
    setting: 'its decay at update n, if lower',
    keys: [],
    paper: SILENT,
    google: '(1 + n) / (10 + n), `num_updates`',
    here: () => '(1 + n) / (10 + n)',
  },
  {
    setting: 'batch normalisation, decay',
    keys: ['batchNormDecay'],
    paper: SILENT,
    google: '0.9997',
    here: ({ batchNormDecay }) => batchNormDecay,
  },
  {
    setting: 'batch normalisation, epsilon',
    keys: [],
    paper: SILENT,
    google: '0.001',
    here: () => BATCH_NORM_EPSILON,
  },
  {
    setting: 'augmentation',
    keys: ['data.augment', 'data.crops'],
    paper: SILENT,
    google: GOOGLE_AUGMENTATION,
    here: ({ data }) => (data.augment ? augmentation(data) : 'none'),
  },
];

/** The settings of the training method; "here" as a config has them, the default one unless told otherwise. */
export function methodTable(config: Config = defaultConfig('inception-v3')): readonly MethodRow[] {
  return ROWS.map((row) => ({ ...row, here: String(row.here(config)) }));
}

function warmUpText({ kind, untilError }: WarmUp): string {
  return untilError === undefined ? kind : `${kind}, until the training error is ${untilError} %`;
}

function augmentation(data: Config['data']): string {
  if (data.name === 'imageFolder') return GOOGLE_AUGMENTATION;
  return data.crops === 'randomSize'
    ? `crops of random size and shape, ${percent(CROP_AREA.least)} to ${percent(CROP_AREA.most)} % of the area, mirrored`
    : `crops of images padded by ${CROP_PADDING} pixels, mirrored`;
}

function percent(share: number): number {
  return Math.round(100 * share);
}

/** A small number without an exponent. */
function decimal(value: number): string {
  return value.toFixed(10).replace(/\.?0+$/, '') || '0';
}
