import type { Finding } from './comparison';
import { blockPart, entryPart, formulaPart, optimizerPart, type Part } from './parts';
import { planEntries, type Selection } from './plan';
import type { Reference } from './schema';

/** The findings of one network at one image size, or of one other part of a reference. */
export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** How to verify. */
export interface VerifyOptions extends Selection {
  /** How many tolerances a difference of floating point numbers may have. */
  readonly allowed: number;
  /** Is told the share of the work that is done, from 0 to 1, and what comes next. */
  readonly onProgress?: (share: number, next: string) => void;
}

/**
 * Compares the project with a reference file; every selected network and size is a section.
 *
 * A block in training and the steps of the optimizer belong to no network: a selection by network leaves them out.
 * The runtime must have been selected before. Throws a UsageError when the reference or the selection names what does
 * not exist, before anything is computed.
 */
export async function verify(reference: Reference, options: VerifyOptions): Promise<Section[]> {
  const parts = partsOf(reference, options);
  const total = parts.reduce((sum, { work }) => sum + work, 0);
  const sections: Section[] = [];
  let done = 0;
  for (const { title, work, run } of parts) {
    options.onProgress?.(done / total, title);
    // Lets progress displays and interrupts have their turn.
    await new Promise((resolve) => setImmediate(resolve));
    sections.push({ title, findings: run() });
    done += work;
  }
  options.onProgress?.(1, 'done');
  return sections;
}

function partsOf(reference: Reference, { network, size, allowed }: VerifyOptions): Part[] {
  const entries = planEntries(reference, { network, size }).map((plan) =>
    entryPart(reference, plan, allowed),
  );
  const training =
    network === undefined ? [blockPart(reference, allowed), optimizerPart(reference, allowed)] : [];
  return [formulaPart(reference), ...entries, ...training];
}
