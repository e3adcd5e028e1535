import type { Dataset, File, Group } from 'h5wasm/node' with { 'resolution-mode': 'import' };

import { LabError } from '../errors';

/** Keras' files hold a group per layer and a few datasets in each; what is far beyond is no such file. */
const MOST_ENTRIES = 20_000;
const DEEPEST = 12;

interface Search {
  readonly file: string;
  readonly found: Map<string, Dataset>;
  entries: number;
}

/**
 * The datasets of a Keras file as `<layer>/<variable>`: `conv2d_1/kernel`, `batch_normalization_1/moving_mean`.
 *
 * A layer is a group below the root or below `model_weights`; where several groups are in it, it is a model within the
 * model and they are the layers. Throws a LabError for a file of another form.
 */
export function findTensors(file: string, root: File): ReadonlyMap<string, Dataset> {
  const top = root.keys();
  if (top.includes('layers') && !top.includes('model_weights')) {
    throw new LabError(
      `${file} is in Keras 3's ".weights.h5" form, which numbers the variables of a layer instead of naming them: ` +
        "save the model with model.save('model.h5') and import that file.",
    );
  }
  const search: Search = { file, found: new Map(), entries: 0 };
  const start = top.includes('model_weights') ? entity(search, root, 'model_weights') : root;
  for (const [name, child] of isGroup(start) ? entities(search, start) : []) {
    if (isGroup(child)) {
      collect(search, name, child, 1);
    }
  }
  if (search.found.size === 0) {
    throw new LabError(
      `${file} holds no weights: expected a group for each layer, as Keras 2's save_weights('x.h5') and ` +
        "Keras 2 and 3's save('x.h5') write them.",
    );
  }
  return search.found;
}

function collect(search: Search, layer: string, group: Group, depth: number): void {
  if (depth > DEEPEST) {
    throw refused(search.file, `its groups are more than ${DEEPEST} deep`);
  }
  const children = entities(search, group);
  const groups = children.filter(([, child]) => isGroup(child));
  for (const [name, child] of children) {
    if (isGroup(child)) {
      collect(search, groups.length > 1 ? name : layer, child, depth + 1);
    } else if (isDataset(child)) {
      add(search, `${layer}/${name.replace(/:0$/, '')}`, child);
    }
  }
}

function add({ file, found }: Search, name: string, dataset: Dataset): void {
  if (found.has(name)) {
    throw refused(file, `the tensor "${name}" is there twice`);
  }
  found.set(name, dataset);
}

function entities(search: Search, group: Group): (readonly [string, unknown])[] {
  return group.keys().map((key) => [key, entity(search, group, key)]);
}

/** What a group holds under a name; a link could lead to another file or in circles. */
function entity(search: Search, group: Group, key: string): unknown {
  search.entries += 1;
  if (search.entries > MOST_ENTRIES) {
    throw refused(search.file, `it has more than ${MOST_ENTRIES} groups and datasets`);
  }
  const path = `${group.path === '/' ? '' : group.path}/${key}`;
  // The library answers with null or an empty object where there is no link.
  if (group.get_link(path) !== null || Object.keys(group.get_external_link(path)).length > 0) {
    throw refused(search.file, `"${path}" is a link to another place`);
  }
  return group.get(key);
}

function isGroup(entity: unknown): entity is Group {
  return (entity as { readonly type?: string } | null)?.type === 'Group';
}

function isDataset(entity: unknown): entity is Dataset {
  return (entity as { readonly type?: string } | null)?.type === 'Dataset';
}

function refused(file: string, what: string): LabError {
  return new LabError(
    `${file}: ${what}. Expected the layers' groups and datasets of one Keras model: save it again.`,
  );
}
