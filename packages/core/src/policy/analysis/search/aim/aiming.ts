/** What an aim works on. */
import type { Draft } from '../draft.ts';
import type { Seeded } from '../seeded.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** A request under construction, the words it may use, and the choices to make. */
export interface Aiming {
  readonly draft: Draft;
  readonly words: Vocabulary;
  readonly seeded: Seeded;
}
