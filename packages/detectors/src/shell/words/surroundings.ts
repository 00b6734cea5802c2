import type { Word } from 'unbash';
import type { Engine, Frame, Scalar, Scope } from '../engine/index.ts';

/** What expanding needs; `scope.state` may change on the way. */
export interface Surroundings {
  readonly engine: Engine;
  readonly scope: Scope;
  readonly frame: Frame;
}

/** Ways to expand a word within an expansion. */
export interface Inner {
  readonly text: (word: Word, around: Surroundings) => Scalar;
  readonly pattern: (word: Word, around: Surroundings) => Scalar;
}
