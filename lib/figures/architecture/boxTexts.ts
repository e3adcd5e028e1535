import type { Node, Window } from '../../models/node';
import type { BoxKind } from './diagram';

/** The text of a node's box in the paper's words, one or two lines: "1x7 Conv", "(192)". */
export function boxLines({ operation, shape }: Node): readonly string[] {
  switch (operation.kind) {
    case 'input':
      return ['Input', `(${shape.join('x')})`];
    case 'convolution':
      return convolutionLines(operation, String(operation.filters), operation.activation);
    case 'maxPool':
      return [`${operation.kernel.join('x')} MaxPool`, ...inBrackets(windowMarks(operation))];
    case 'averagePool':
      return averagePoolLines(operation);
    case 'concat':
      return ['Filter concat'];
    case 'residualSum':
      return ['+'];
    case 'dropout':
      return [`Dropout (keep ${operation.keep})`];
    case 'classifier':
      return ['Softmax'];
  }
}

/** A convolution's two lines, with its filters as a number or as a letter of Table 1. */
export function convolutionLines(
  window: Window,
  filters: string,
  activation: 'relu' | 'linear',
): readonly string[] {
  const marks = [filters, ...windowMarks(window), ...(activation === 'linear' ? ['Linear'] : [])];
  return [`${window.kernel.join('x')} Conv`, ...inBrackets(marks)];
}

/** The kind of a node's box. */
export function boxKind({ operation }: Node): BoxKind {
  switch (operation.kind) {
    case 'convolution':
      return operation.activation === 'linear' ? 'linear' : 'convolution';
    case 'maxPool':
    case 'averagePool':
      return 'pool';
    case 'residualSum':
      return 'sum';
    case 'dropout':
    case 'classifier':
      return 'head';
    default:
      return operation.kind;
  }
}

/** A grid as the paper writes it: "35x35x384". */
export function gridText({ shape }: Node): string {
  return shape.join('x');
}

/** The pools inside the blocks are "Avg Pooling" in the figures, which leave out that they are 3x3. */
function averagePoolLines(window: Window): readonly string[] {
  const marks = [window.kernel.join('x'), ...windowMarks(window)];
  return ['Avg Pooling', ...inBrackets(marks)];
}

function windowMarks({ stride, padding }: Window): string[] {
  return [...(stride > 1 ? [`stride ${stride}`] : []), ...(padding === 'valid' ? ['V'] : [])];
}

function inBrackets(marks: readonly string[]): string[] {
  return marks.length > 0 ? [`(${marks.join(' ')})`] : [];
}
