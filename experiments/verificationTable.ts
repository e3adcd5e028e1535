import type { Finding } from '../lib/verify/comparison';
import type { Section } from '../lib/verify/verify';

/** How many misses of a group are named. */
const NAMED_MISSES = 5;

/** A table of the worst differences in units of their tolerance, and the verdict. */
export function verificationTable(sections: readonly Section[], allowed: number): string {
  const findings = sections.flatMap((section) => section.findings);
  const compared = findings.reduce((sum, finding) => sum + finding.compared, 0);
  const missed = findings.reduce((sum, { misses }) => sum + misses.length, 0);
  const verdict =
    missed === 0
      ? `passed: ${compared.toLocaleString('en')} numbers, all within ${allowed === 1 ? 'their tolerance' : `${allowed} times their tolerance`}`
      : `failed: ${missed.toLocaleString('en')} of ${compared.toLocaleString('en')} numbers miss`;
  return [
    row('', 'compared', 'worst', 'where'),
    ...sections.flatMap(sectionRows),
    '',
    verdict,
  ].join('\n');
}

function sectionRows({ title, findings }: Section): string[] {
  const rows = findings.map(({ what, compared, worst, where, misses }) =>
    row(
      `  ${what}`,
      compared.toLocaleString('en'),
      worst === 0 ? 'equal' : worst.toFixed(2),
      (worst === 0 ? '' : where) + (misses.length > 0 ? `   MISS (${misses.length})` : ''),
    ),
  );
  return ['', title, ...rows];
}

function row(what: string, compared: string, worst: string, where: string): string {
  return `${what.padEnd(28)}${compared.padStart(9)}${worst.padStart(10)}  ${where}`.trimEnd();
}

/** The misses in words, the worst of each group; empty when there is none. */
export function missesText(sections: readonly Section[]): string {
  return sections
    .flatMap(({ title, findings }) => findings.map((finding) => groupText(title, finding)))
    .filter((text) => text !== '')
    .join('\n');
}

function groupText(title: string, { what, misses }: Finding): string {
  if (misses.length === 0) {
    return '';
  }
  const worst = [...misses].sort((a, b) => b.units - a.units).slice(0, NAMED_MISSES);
  const lines = worst.map(
    ({ where, actual, expected, units }) =>
      `  ${where}: ${actual}, expected ${expected} (${Number.isFinite(units) ? `${units.toFixed(2)} tolerances` : 'must be equal'})`,
  );
  const more = misses.length > NAMED_MISSES ? [`  and ${misses.length - NAMED_MISSES} more`] : [];
  return [`${title}, ${what}: ${misses.length} missed`, ...lines, ...more].join('\n');
}
