import type { Metrics } from '../lib/evaluation/metrics';
import { count } from '../lib/report/format';
import type { EvaluationRecord } from '../lib/results/evaluationRecord';
import { type Table, textTable } from './tables';

/** How many of the classes and confusions are shown. */
const SHOWN = 5;

/** What `lab evaluate` tells of an evaluation. */
export function evaluationText(record: EvaluationRecord): string {
  const { metrics, withoutBlacklisted, data } = record;
  const excluded = data.blacklist?.excluded ?? 0;
  const parts = [
    `${countOf(metrics.images, 'image')} of ${data.name}, ${countOf(record.crops, 'crop')} each`,
    modelsText(record),
    textTable([
      ['', 'error', '95 % interval', 'misses'],
      ...errorRows('', metrics),
      ...(withoutBlacklisted
        ? errorRows(` without ${count(excluded)} blacklisted`, withoutBlacklisted)
        : []),
    ]),
    calibrationText(metrics),
    worstClasses(metrics),
    confusionsText(metrics),
    skippedText(record.skipped),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function modelsText({ models }: EvaluationRecord): string {
  const rows = models.map(({ name, reference, weights, step }) => [
    name,
    reference,
    weights === 'file' ? 'weight file' : `${weights} weights${step ? ` of step ${step}` : ''}`,
  ]);
  return textTable(rows, 3);
}

function errorRows(of: string, metrics: Metrics): Table {
  return (['top1', 'top5'] as const).map((name) => {
    const { error, interval, misses } = metrics[name];
    return [
      `top-${name.slice(3)} error${of}`,
      percent(error),
      interval.map((end) => end.toFixed(2)).join(' to '),
      `${count(misses)} of ${count(metrics.images)}`,
    ];
  });
}

function calibrationText({ loss, top1, calibration }: Metrics): string {
  const { expectedError, bins } = calibration;
  const images = bins.reduce((sum, bin) => sum + bin.images, 0);
  const confidence = bins.reduce((sum, bin) => sum + bin.images * (bin.confidence ?? 0), 0);
  return [
    `cross entropy ${loss.toFixed(4)}`,
    `calibration error ${percent(expectedError)} (mean confidence ${percent(confidence / images)}, accuracy ${percent(100 - top1.error)})`,
  ].join(', ');
}

function worstClasses({ perClass }: Metrics): string {
  const worst = perClass
    .filter(({ images }) => images > 0)
    .sort((a, b) => (b.top1Error ?? 0) - (a.top1Error ?? 0))
    .slice(0, SHOWN);
  const rows = worst.map(({ name, images, top1Error, top5Error }) => [
    name,
    ...[top1Error, top5Error].map((error) => percent(error ?? 0)),
    count(images),
  ]);
  return textTable([['worst classes', 'top-1 error', 'top-5 error', 'images'], ...rows]);
}

/** The wrong classes that images of another were most often taken for. */
function confusionsText({ confusion, perClass }: Metrics): string {
  const pairs = (confusion ?? []).flatMap((row, label) =>
    row.flatMap((images, predicted) =>
      images > 0 && predicted !== label
        ? [{ images, pair: `${perClass[label].name} as ${perClass[predicted].name}` }]
        : [],
    ),
  );
  const most = pairs.sort((a, b) => b.images - a.images).slice(0, SHOWN);
  const rows = most.map(({ pair, images }) => [pair, count(images)]);
  return rows.length > 0 ? textTable([['taken for another', 'images'], ...rows]) : '';
}

function skippedText(skipped: readonly string[]): string {
  if (skipped.length === 0) return '';
  const more = skipped.length > SHOWN ? ` and ${count(skipped.length - SHOWN)} more` : '';
  return `left out, because they cannot be read: ${skipped.slice(0, SHOWN).join(', ')}${more}`;
}

function percent(value: number): string {
  return `${value.toFixed(2)} %`;
}

function countOf(value: number, what: string): string {
  return `${count(value)} ${what}${value === 1 ? '' : 's'}`;
}
