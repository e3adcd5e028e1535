import { spawnSync } from 'node:child_process';

import { expect, it } from 'vitest';

import { imageNetSynsets } from '../../lib/data/imageFolder/imageNetClasses';

/** ImageNet's classes as timm and torchvision have them. */
const PROGRAM = `
import json
from timm.data import ImageNetInfo
from torchvision.models._meta import _IMAGENET_CATEGORIES
info = ImageNetInfo("imagenet-1k")
print(json.dumps([info.label_names(), info.label_descriptions(), _IMAGENET_CATEGORIES]))
`;

it("has the synsets and words of ImageNet's classes that timm and torchvision have", () => {
  const python =
    process.env.LAB_INTEROP_PYTHON ?? expect.fail('start this by "npm run test:interop"');
  const done = spawnSync(python, ['-c', PROGRAM], { encoding: 'utf8', timeout: 600_000 });
  expect(done.status, `${String(done.error ?? '')}${done.stderr}`).toBe(0);
  const [synsets, words, categories] = JSON.parse(done.stdout) as string[][];
  const { classes, names } = imageNetSynsets();
  expect(classes).toEqual(synsets);
  expect(classes.map((synset) => names.get(synset))).toEqual(words);
  // Two classes that share their first word with another have a second one in torchvision.
  const first = categories.map(
    (name) => ({ 'crane bird': 'crane', 'maillot tank suit': 'maillot' })[name] ?? name,
  );
  expect(classes.map((synset) => names.get(synset)?.split(',')[0])).toEqual(first);
});
