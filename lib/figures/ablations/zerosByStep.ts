import { listed } from '../../report/format';
import { isDead } from '../../report/lastLayer';
import { seriesStyle } from '../seriesStyles';
import { type Ablation, gridFigure } from './ablation';
import { probeSeries, RULE_TEXT, zerosLine, zerosOf, zerosPanel } from './stepPanel';
import { byScale, runsText, settingText, type StudyCell, studyCells } from './studyCells';

/** Steps that are drawn: within them unscaled networks die or do not. */
const LAST_STEP = 100;

/** Zeros of the last layer before the average pooling by training step, one line for each residual scaling. */
export const zerosByStep: Ablation = {
  name: 'zeros-by-step',
  experiment: 'residualScaling',
  draw({ runs, scale }) {
    const cells = byScale(studyCells(runs));
    if (cells.length === 0) return undefined;
    const lastStep = Math.min(LAST_STEP, ...cells.map(({ steps }) => steps));
    const caption = [
      `Zeros among the activations of the last layer before the average pooling: ${settingText(cells)}.`,
      `Line: mean over the seeds; band: lowest to highest. ${RULE_TEXT}`,
      runsText(cells, 'line', scale),
    ].join(' ');
    const names = cells.map((cell) => scalingName(cell.scale));
    const figure = gridFigure(
      'zeros-by-step',
      caption,
      {
        title: 'Zeros before the average pooling, by step and residual scaling (section 3.3)',
        panels: [zerosPanel('', lastStep)],
        ...{ legend: names, columns: 1, height: 330 },
      },
      cells.flatMap(({ records }, index) =>
        zerosLine(0, names[index], seriesStyle(index), probeSeries(records, zerosOf, { lastStep })),
      ),
    );
    return { figure, finding: `${deadText(cells, ({ scale: s }) => scalingName(s))}.` };
  },
};

/** "no scaling" or "scaled by 0.1". */
export function scalingName(scale: number): string {
  return scale === 1 ? 'no scaling' : `scaled by ${scale}`;
}

/** "Dead by the rule: 5 of 5 runs with no scaling, 0 of 5 scaled by 0.1"; runs too short for the rule are not counted. */
export function deadText<T extends Pick<StudyCell, 'records'>>(
  cells: readonly T[],
  nameOf: (cell: T) => string,
): string {
  const parts = cells.map((cell) => {
    const outcomes = cell.records.map(isDead).filter((outcome) => outcome !== undefined);
    return `${outcomes.filter(Boolean).length} of ${outcomes.length} (${nameOf(cell)})`;
  });
  return `Dead by the rule are, of the runs, ${listed(parts)}`;
}
