import path from 'node:path';

import { projectRoot } from '../../projectRoot';
import { displayNames } from './displayNames';
import { type ClassList, readSynsets } from './synsetFile';

/** A class of ImageNet's 1000. */
export interface ImageNetClass {
  /** Its number in WordNet 3.0, e.g. 'n01440764'. */
  readonly synset: string;
  /** Its first word in WordNet, e.g. 'tench'; followed by the synset where two classes have the same. */
  readonly name: string;
}

/**
 * The synsets of ImageNet's 1000 classes in the order of published networks' outputs, which is sorted, with their words.
 *
 * From imagenet_synsets.txt and imagenet_synset_to_lemma.txt of timm 1.0.31 (Apache License 2.0); the words are WordNet's
 * (WordNet 3.0 licence, Princeton University).
 */
export function imageNetSynsets(): ClassList {
  return readSynsets(path.join(projectRoot(), 'lib', 'data', 'imageFolder', 'imageNetSynsets.txt'));
}

/** ImageNet's 1000 classes in the order of published networks' outputs. */
export function imageNetClasses(): readonly ImageNetClass[] {
  const { classes, names } = imageNetSynsets();
  const shown = displayNames(classes, names);
  return classes.map((synset, index) => ({ synset, name: shown[index] }));
}
