import { cellGroups } from '../../report/cells';
import { seriesStyle } from '../seriesStyles';
import { type Ablation, gridFigure } from './ablation';
import { probeSeries, RULE_TEXT, zerosLine, zerosOf, zerosPanel } from './stepPanel';
import { runCount, runsText, settingText, type StudyCell, studyCells } from './studyCells';
import { deadText, scalingName } from './zerosByStep';

/**
 * Zeros by step where the learning rate of the linear convolutions is set apart from the scaling: if scaling works by making
 * their steps smaller, which it does by its square, the square on their learning rate alone has to do the same.
 */
export const mechanism: Ablation = {
  name: 'mechanism',
  experiment: 'residualScaling',
  draw({ runs, scale }) {
    const cells = armsOf(studyCells(runs));
    if (cells.length === 0) return undefined;
    const lastStep = Math.min(100, ...cells.map(({ steps }) => steps));
    const caption = [
      `Zeros in the last layer before the average pooling: ${settingText(cells)}; with the learning rate of the linear 1x1 convolutions before the sums as it is, or times a factor.`,
      `Scaling by s makes what a step of theirs does to the sum s² times as large. Line: mean over the seeds; band: lowest to highest. ${RULE_TEXT}`,
      runsText(cells, 'line', scale),
    ].join(' ');
    const names = cells.map(armName);
    const figure = gridFigure(
      'mechanism',
      caption,
      {
        title: 'Does scaling work through the step size of the linear convolutions? (section 3.3)',
        panels: [zerosPanel('', lastStep)],
        ...{ legend: names, columns: 1, height: 330 },
      },
      cells.flatMap(({ records }, index) =>
        zerosLine(0, names[index], seriesStyle(index), probeSeries(records, zerosOf, { lastStep })),
      ),
    );
    return { figure, finding: `${deadText(cells, armName)}.` };
  },
};

/** The cells of the setting in which most runs have another learning rate there, with those that have not. */
function armsOf(cells: readonly StudyCell[]): readonly StudyCell[] {
  const groups = cellGroups(cells, ['optimizer.linearRate', 'network.residualScale']);
  const changed = (group: readonly StudyCell[]) =>
    group.filter(({ linearRate }) => linearRate !== 1);
  const [group = []] = groups
    .filter((candidate) => changed(candidate).length > 0)
    .sort((a, b) => runCount(changed(b)) - runCount(changed(a)));
  const scales = changed(group).map((cell) => cell.scale);
  return group
    .filter((cell) => scales.includes(cell.scale))
    .sort(
      (a, b) =>
        b.scale - a.scale || Math.abs(Math.log(a.linearRate)) - Math.abs(Math.log(b.linearRate)),
    );
}

function armName({ scale, linearRate }: StudyCell): string {
  return `${scalingName(scale)}${linearRate === 1 ? '' : `, linear rate x ${linearRate}`}`;
}
