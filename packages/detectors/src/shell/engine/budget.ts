/** Bounds of one analysis. */
import { REFUSALS, type RefusalCode } from '../codes.ts';

/** Longest text, in bytes of UTF-8. */
export const MAX_TEXT_BYTES = 262_144;
/** Deepest nesting of interpretations: a substitution, `sh -c`, a function call each count one. */
export const MAX_DEPTH = 32;
/** Most simple commands in one text. */
export const MAX_COMMANDS = 1000;
/** Most steps: a node of the tree, a word, or 64 characters of a word each count one. */
export const MAX_STEPS = 200_000;
/** Deepest syntax tree, in nodes; a chain of nested lists takes a few for each level that a person sees. */
export const MAX_TREE_DEPTH = 512;
/** Characters of a word that count as one step. */
const STEP_CHARS = 64;

/**
 * Ends an analysis. Thrown from any depth and caught in one place (analyse.ts), where it becomes a value: no caller of
 * the package ever sees it.
 */
export class Refusal extends Error {
  readonly code: RefusalCode;
  constructor(code: RefusalCode) {
    super(REFUSALS[code]);
    this.code = code;
  }
}

/** Counts the steps of one analysis. */
export class Budget {
  #steps = 0;
  #nested = 0;

  /** Steps taken; what tests of linearity compare. */
  get steps(): number {
    return this.#steps;
  }

  take(steps = 1): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) throw new Refusal('too-complex');
  }

  /** Runs `inner` one node deeper, however many texts the nodes above it come from. */
  within<Result>(inner: () => Result): Result {
    if (this.#nested >= MAX_TREE_DEPTH) throw new Refusal('too-deep');
    this.#nested += 1;
    try {
      return inner();
    } finally {
      this.#nested -= 1;
    }
  }

  takeText(length: number): void {
    this.take(1 + Math.floor(length / STEP_CHARS));
  }
}
