import { newNotebookOutput } from '../figures/show';
import { closedMarkup, frameMarkup } from './frame';
import type { Panel } from './panel';
import { PanelServer } from './panelServer';

/** A panel that is shown. */
export interface Showing {
  readonly address: string;
  /** Takes it away. */
  close(): Promise<void>;
}

/** Serves a panel and shows it in a frame below the running cell; outside a notebook prints its address. */
export async function showPanel(panel: Panel): Promise<Showing> {
  const output = newNotebookOutput();
  const server = await PanelServer.open(panel, output === undefined);
  const { address, listening } = server;
  if (output) output.html(frameMarkup(panel.title, listening.port, listening.root).text);
  else console.log(`${panel.title}: ${address}`);
  return {
    address,
    close: async () => {
      await server.close();
      output?.html(closedMarkup(panel.title).text);
    },
  };
}
