import { canonicalCell, canonicalNotebook, LARGEST_NOTEBOOK } from './canonical';
import { type Cell, cellName, type Output, parseNotebook } from './notebook';

/** Folders of users, on whichever machine the notebook ran. */
const USER_FOLDER = /(?:\/home|\/Users)\/[\w.-]+|(?<![\w.-])\/root\/|[A-Z]:\\+Users\\+/;

/** Whatever makes a notebook's text differ from what is committed, one sentence each, with the notebook and the cell. */
export function notebookViolations(content: string, file: string): readonly string[] {
  const cells = parseNotebook(content, file);
  const ofCells = cells.flatMap((cell, index) =>
    cellViolations(cell, index, cells).map((text) => `${file}, ${cellName(cells, cell)}: ${text}`),
  );
  const ofFile = fileViolations(content, cells, ofCells.length === 0);
  return [...ofCells, ...ofFile.map((text) => `${file}: ${text}`)];
}

function fileViolations(content: string, cells: readonly Cell[], cellsAreRight: boolean): string[] {
  const bytes = Buffer.byteLength(content);
  const isRight = !cellsAreRight || content === canonicalNotebook(cells);
  return [
    ...(isRight
      ? []
      : ['its metadata, or its spacing and the order of its keys, are not the canonical ones.']),
    ...(bytes > LARGEST_NOTEBOOK
      ? [`it has ${bytes} bytes, more than ${LARGEST_NOTEBOOK}: show fewer or smaller figures.`]
      : []),
  ];
}

function cellViolations(cell: Cell, index: number, cells: readonly Cell[]): readonly string[] {
  const canonical = canonicalCell(cell, index);
  const keys = [...new Set([...Object.keys(cell.raw), ...Object.keys(canonical)])];
  const isTwice = cells.some((other) => other !== cell && other.id === cell.id);
  return [
    ...keys
      .filter((key) => JSON.stringify(cell.raw[key]) !== JSON.stringify(canonical[key]))
      .map((key) => `its ${key} ${key === 'outputs' ? 'are' : 'is'} not in the canonical form.`),
    ...(isTwice ? [`another cell has the id "${cell.id}", too.`] : []),
    ...cell.outputs.flatMap(folderViolation),
  ];
}

function folderViolation(output: Output): readonly string[] {
  const text = output.kind === 'display' ? JSON.stringify(output.data) : output.text;
  const found = USER_FOLDER.exec(text.replace(/data:[\w/+.-]+;base64,[\w+/=]+/g, ''));
  return found ? [`an output names a folder of one machine: ${found[0]}.`] : [];
}
