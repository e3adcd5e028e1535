import { once } from 'node:events';

import type { Command } from 'commander';

import { parseOverrides } from '../../lib/config';
import { NETWORK_NAMES } from '../../lib/models/networks';
import { interruption } from '../interruption';
import { commandPanel } from '../panel';

/** `lab panel [network] [settings...]`. */
export function addPanelCommand(program: Command): void {
  program
    .command('panel')
    .argument(
      '[network]',
      `${NETWORK_NAMES.join(', ')}; default: the small network of the study of section 3.3`,
    )
    .argument('[settings...]', 'dotted settings, e.g. epochs=3 network.filters=256')
    .description('serve a control panel on this machine: sliders and live curves of a training run')
    .action(servePanel);
}

async function servePanel(network: string | undefined, settings: string[]): Promise<void> {
  // The network may be left out before settings.
  const isSetting = network?.includes('=') ?? false;
  const words = network !== undefined && isSetting ? [network, ...settings] : settings;
  const panel = commandPanel(isSetting ? undefined : network, parseOverrides(words));
  const stop = interruption((text) => console.error(text));
  await panel.show();
  console.error('Open this address in a browser on this machine; Ctrl-C ends the panel.');
  await once(stop.signal, 'abort');
  await panel.close();
  stop.release();
  process.exitCode = stop.exitCode();
}
