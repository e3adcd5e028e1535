import path from 'node:path';

import { selectBackend } from '../../lib/backend/select';
import { projectRoot } from '../../lib/projectRoot';
import { allowedOn, switchOneDnnOff } from '../../lib/verify/conditions';
import { type EntryPlan, planEntries } from '../../lib/verify/plan';
import { readReference } from '../../lib/verify/readReference';
import type { Reference } from '../../lib/verify/schema';

/** The reference file of the suite. */
export const REFERENCE_FILE = path.join(projectRoot(), 'test/reference/reference.json');

/** The reference of the suite. */
export const reference: Reference = readReference(REFERENCE_FILE);

/** Selects the backend as `lab verify` does; returns how many tolerances a difference may have on it. */
export async function selectForVerifying(): Promise<number> {
  switchOneDnnOff();
  return allowedOn(await selectBackend());
}

/** The small size of a network of a reference. */
export function smallEntry(network: string, from: Reference = reference): EntryPlan {
  return planEntries(from, { network, size: 139 })[0];
}
