import { shapeText } from '../lib/verify/gradients/layerShapes';
import type { Outcome } from '../lib/verify/gradients/outcome';
import { PLAIN_KERNEL } from '../lib/verify/gradients/plainKernel';
import { type SelfTest, wrongOf } from '../lib/verify/gradients/selfTest';

/** How many wrong tensors are named. */
const NAMED = 10;

/** The names of the kinds of layers, for people. */
const KINDS: Readonly<Record<Outcome['shape']['kind'], string>> = {
  convolution: 'convolution, with bias',
  classifier: 'classifier',
  maxPool: 'maximum pooling',
  averagePool: 'average pooling',
  batchNorm: 'batch normalisation, in training',
};

/** The worst error of each kind of tensor, what the backend's own kernel gets wrong, and the verdict. */
export function gradientTable({ outcomes, plain }: SelfTest, seconds: number): string {
  const wrong = wrongOf(outcomes).length;
  const compared = outcomes.reduce((sum, outcome) => sum + outcome.compared, 0);
  const tensors = `${outcomes.length} tensors, ${compared.toLocaleString('en')} numbers compared`;
  const verdict =
    wrong === 0
      ? `passed: ${tensors}, all within their tolerance`
      : `failed: ${wrong} of ${tensors}, are wrong`;
  return [
    row(['', 'shapes', 'compared', 'worst error', 'of allowed', 'where']),
    ...[...groupBy(outcomes, ({ shape }) => KINDS[shape.kind])].flatMap(kindRows),
    '',
    plainText(plain),
    '',
    `${verdict} (${seconds.toFixed(1)} s)`,
  ].join('\n');
}

/** The wrong tensors in words, the worst first; empty when there is none. */
export function wrongText(outcomes: readonly Outcome[]): string {
  const wrong = [...wrongOf(outcomes)].sort((a, b) => share(b) - share(a));
  const lines = wrong.slice(0, NAMED).map((outcome) => {
    const { kind, layer } = outcome.shape;
    return `${KINDS[kind]}, ${outcome.quantity}: ${missText(outcome)}, e.g. ${layer}`;
  });
  const more = wrong.length > NAMED ? [`and ${wrong.length - NAMED} more`] : [];
  return [...lines, ...more].join('\n');
}

/** One outcome for programs. */
export function outcomeJson({ shape, ...outcome }: Outcome) {
  const { kind, layer } = shape;
  return { kind, shape: shapeText(shape), layer, ...outcome };
}

function kindRows([kind, outcomes]: readonly [string, readonly Outcome[]]): string[] {
  const rows = [...groupBy(outcomes, ({ quantity }) => quantity)].map(([quantity, tensors]) => {
    const worst = tensors.reduce((a, b) => (share(b) > share(a) ? b : a));
    const compared = tensors.reduce((sum, tensor) => sum + tensor.compared, 0);
    const cells = [tensors.length, compared].map((count) => count.toLocaleString('en'));
    const where = worst.error === 0 ? [] : [shapeText(worst.shape)];
    const largest = Math.max(...tensors.map(({ error }) => error));
    return row([`  ${quantity}`, ...cells, errorText(largest), share(worst).toFixed(2), ...where]);
  });
  return ['', kind, ...rows];
}

function row([what, ...cells]: readonly string[]): string {
  const [shapes, compared, error, allowed, where = ''] = cells;
  const numbers = [
    shapes.padStart(8),
    compared.padStart(11),
    error.padStart(13),
    allowed.padStart(12),
  ];
  return `${what.padEnd(18)}${numbers.join('')}  ${where}`.trimEnd();
}

/** What the backend's own kernel would have done to the gradients. */
function plainText(plain: readonly Outcome[]): string {
  const wrong = wrongOf(plain);
  const kernel = `the backend's own kernel for the input gradient (${PLAIN_KERNEL})`;
  if (wrong.length === 0) {
    return `${kernel}: right here for all ${plain.length} convolution shapes`;
  }
  return [
    `${kernel}: WRONG here for ${wrong.length} of ${plain.length} convolution shapes`,
    ...wrong.map((outcome) => `  ${missText(outcome)}`),
  ].join('\n');
}

function missText({ shape, error, tolerance, wrong, compared, wrongChannels }: Outcome): string {
  const channels = wrongChannels ? `, in channels ${wrongChannels.join(' to ')}` : '';
  const numbers = `${wrong.toLocaleString('en')} of ${compared.toLocaleString('en')} numbers`;
  return `${shapeText(shape)}: error ${errorText(error)}, allowed ${errorText(tolerance)}, ${numbers}${channels}`;
}

function share({ error, tolerance }: Outcome): number {
  return error / tolerance;
}

function errorText(error: number): string {
  return error === 0 ? 'none' : Number.isFinite(error) ? error.toExponential(1) : 'not a number';
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  items.forEach((item) => groups.set(key(item), [...(groups.get(key(item)) ?? []), item]));
  return groups;
}
