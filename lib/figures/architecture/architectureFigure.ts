import { UsageError } from '../../errors';
import { type Deviation, DEVIATIONS } from '../../models/deviations';
import { buildNetwork, networkConfig } from '../../models/networks';
import type { Network } from '../../models/node';
import { blockDiagram, findBlock } from './blockDiagram';
import { overviewDiagram } from './overviewDiagram';
import { scalingDiagram } from './scalingDiagram';
import { type ArchitectureDrawing, drawSheet, type Sheet } from './sheet';
import { FIGURE_SUBJECTS, type FigureSubject } from './subjects';
import { Table1 } from './table1';

/** Numbers of the figures (arXiv 1602.07261v2) that are drawn from built networks: 3 to 20. */
export const ARCHITECTURE_FIGURES: readonly number[] = Object.keys(FIGURE_SUBJECTS).map(Number);

/**
 * Figs. 3 to 20 (arXiv v2), drawn from the network that is built: Inception-v4 as published, the residual networks in the
 * form of the paper's figures. Notes say what the figure prints and is not built. Throws a UsageError for another number.
 */
export function architectureFigure(figure: number): ArchitectureDrawing {
  const subject = subjectOf(figure);
  return drawSheet({
    name: `figure-${String(figure).padStart(2, '0')}`,
    title: `Figure ${figure}. ${subject.title}`,
    caption: subject.caption,
    ...contentOf(subject),
    notes: DEVIATIONS.filter((deviation) => concerns(deviation, figure, subject)).map(noteText),
  });
}

/** Any block of any network, by its name in `node.block`. Throws a UsageError when there is none of that name. */
export function drawBlock(network: Network, block: string): ArchitectureDrawing {
  return drawSheet({
    name: `${network.name}-${block}`,
    title: `${block} of ${network.name}`,
    caption: 'Drawn from the network as it is built.',
    diagram: blockDiagram(findBlock(network, block)),
  });
}

/** A whole network, equal blocks as one box, without an auxiliary head. */
export function drawOverview(network: Network): ArchitectureDrawing {
  return drawSheet({
    name: network.name,
    title: network.name,
    caption: 'Drawn from the network as it is built.',
    diagram: overviewDiagram(network),
  });
}

function subjectOf(figure: number): FigureSubject {
  if (!ARCHITECTURE_FIGURES.includes(figure)) {
    throw new UsageError(`Figure ${figure} shows no architecture: expected a number from 3 to 20.`);
  }
  return FIGURE_SUBJECTS[figure];
}

function contentOf(subject: FigureSubject): Pick<Sheet, 'diagram' | 'table'> {
  const [{ network: name, form }] = subject.subjects;
  const network = buildNetwork(networkConfig(name, form));
  if (subject.block === undefined) return { diagram: overviewDiagram(network) };
  const block = findBlock(network, subject.block);
  if (subject.drawnAs === 'scaling') return { diagram: scalingDiagram(block) };
  if (subject.drawnAs !== 'table1') return { diagram: blockDiagram(block) };
  const table = new Table1();
  return { diagram: blockDiagram(block, (node) => table.lines(node)), table: table.rows() };
}

function concerns(deviation: Deviation, figure: number, { subjects }: FigureSubject): boolean {
  return (
    deviation.figure === figure &&
    subjects.some(
      ({ network, form }) => deviation.networks.includes(network) && deviation.forms.includes(form),
    )
  );
}

function noteText({ id, printed, built, why }: Deviation): string {
  return `Deviation ${id}. Printed: ${printed}. Built: ${built}. ${why}`;
}
