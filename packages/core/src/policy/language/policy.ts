/** A policy as Writ holds it: text, JSON form, annotations, content address and what it reads. */
import type { Annotations } from './annotations.ts';
import type { PolicyLevel } from './level.ts';
import type { Place, PolicySource } from './places.ts';
import type { Effect } from './names.ts';
import type { PolicyReads } from './reads.ts';
import type { PolicyTree } from './tree.ts';

/** One parsed policy of a set. */
export interface Policy extends Annotations {
  readonly id: string;
  readonly effect: Effect;
  /** SHA-256 in hexadecimal over canonical JSON of the id and the JSON form, annotations included. */
  readonly contentHash: string;
  readonly text: string;
  readonly tree: PolicyTree;
  readonly reads: PolicyReads;
  readonly source: PolicySource;
  readonly level: PolicyLevel;
  /** Offset of `text` in the source. */
  readonly start: number;
  readonly place: Place;
}
