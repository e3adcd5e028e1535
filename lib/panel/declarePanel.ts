import { runConfig } from '../run/runConfig';
import type { TrainOptions } from '../run/trainOptions';
import type { Control } from './controls';
import { declare } from './declaration';
import { Panel, type PanelPlace } from './panel';

/** What a panel's runs are beside what is controlled: as in `lab.train`; the network may be a control. */
export type PanelOptions = Omit<TrainOptions, 'network' | 'progress' | 'steer'> &
  Partial<Pick<TrainOptions, 'network'>>;

/** The open panels by title. */
const open = new Map<string, Panel>();

/**
 * A control panel for training runs, with sliders and choices by the name of what they control.
 *
 *     const panel = lab.controls({ scale: lab.slider(0, 1, { value: 1 }), learningRate: lab.log(1e-3, 1) }, options);
 *     await panel.show();
 *
 * `scale` (residual scaling of all grids), `learningRate` and `gradientClip` act from the next step of a run on; `network`,
 * `width`, `filters`, `seed`, `batchSize` and any dotted setting of the config (`network.dropoutKeep`) need a new run.
 * The learning rate is constant where it is controlled, unless the options have a `schedule`, which then rules until the
 * slider is moved. The last layer is probed at every step unless the options say otherwise (`stability`).
 *
 * Each start is a run of its own, recorded in results/panel/ with a line for each change; of its runs' weights those of the
 * newest stay on the disk, or all where `checkpoints` is given. A panel with the same title that is still open is closed and
 * its run stopped: that of the same cell, when it is run again.
 *
 * Throws a UsageError that names the control, or the option, and what was expected.
 */
export function controls(
  declared: Readonly<Record<string, Control>>,
  options: PanelOptions,
  place: PanelPlace = {},
): Panel {
  const declaration = declare(declared, (network) =>
    runConfig(runOptions(declared, options, network)),
  );
  const { record, checkpoints, callbacks } = options;
  return replace(
    (ready) => new Panel(declaration, { record, checkpoints, callbacks }, place, ready),
  );
}

/** Makes a panel in the place of the open one of its title, whose run has ended before the new one has its first step. */
function replace(create: (ready: Promise<unknown>) => Panel): Panel {
  let free = (): void => undefined;
  const panel = create(new Promise<void>((resolve) => (free = resolve)));
  const earlier = open.get(panel.title);
  open.set(panel.title, panel);
  const closed = earlier ? closeAndFree(earlier) : Promise.resolve();
  void Promise.allSettled([closed]).then(free);
  return panel;
}

async function closeAndFree(panel: Panel): Promise<void> {
  await panel.close();
  // The variable that held it is about to hold the new one.
  panel.run?.dispose();
}

function runOptions(
  declared: Readonly<Record<string, Control>>,
  options: PanelOptions,
  network: string | undefined,
): TrainOptions {
  const given = typeof options.network === 'object' ? options.network : {};
  return {
    ...(declared.learningRate && { schedule: 'constant' }),
    ...options,
    stability: { lastLayerEvery: 1, ...options.stability },
    network: network === undefined ? options.network : { ...given, name: network },
  } as TrainOptions;
}
