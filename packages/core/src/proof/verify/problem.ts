/** What verification can find wrong: a closed list. */

/** The closed list of problem codes; tools match on them, never on a message. */
export const PROBLEM_CODES = [
  /** The caller brought no key of the log, or none of them signed: nothing here is proven. */
  'no-trusted-key',
  /** A signature claims one of the caller's keys and does not verify under it. */
  'signature-invalid',
  /** The checkpoint is by a trusted key of another log. */
  'origin-mismatch',
  'checkpoint-missing',
  'checkpoint-malformed',
  /** The root over the entries is not the signed one. */
  'root-mismatch',
  'bundle-missing',
  'bundle-malformed',
  /** A bundle holds more or fewer entries than the size demands: something was inserted, repeated or removed. */
  'entry-count',
  'tile-missing',
  'tile-malformed',
  /** A tile above the leaves holds a hash that the entries do not lead to. */
  'tile-mismatch',
  /** An entry does not hash to its leaf in the level-0 tile: one of the two was altered. */
  'leaf-mismatch',
  /** A noted checkpoint, or the size the caller demands, is larger than the log: its tail was cut. */
  'tail-cut',
  /** The entries under a noted checkpoint are not those it was signed over. */
  'history-rewritten',
  /** Two signed checkpoints of one size with different roots: proof of a fork against the log's own key. */
  'fork',
  /** Fewer trusted witnesses cosigned than the caller demands. */
  'witnesses-missing',
  /** A check of the caller's refused an entry. */
  'entry-refused',
  /** The store holds entries that no checkpoint covers, though it signs each together with its entries. */
  'entries-uncovered',
  /** A sealed body is gone, and no entry says that it was erased. */
  'body-missing',
  /** A sealed body is not the one that its entry names, or its index of people is not. */
  'body-altered',
  /** A row of the state beside the log is not what the entries, or the seal, say. */
  'state-edited',
  'receipt-malformed',
  /** The entry with this receipt is not what stands at its index. */
  'inclusion-invalid',
] as const;

/** One of {@link PROBLEM_CODES}. */
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** One thing wrong. */
export interface Problem {
  readonly code: ProblemCode;
  /** One line in lower case without a full stop. */
  readonly message: string;
  /** Index of the first entry concerned, from 0. */
  readonly index?: number;
  /** Path of the tile or bundle concerned, or which of the caller's documents. */
  readonly place?: string;
}

/** Most problems kept; verification of entries stops there, because a log this broken needs no longer list. */
export const MAX_PROBLEMS = 100;

/** Collects at most {@link MAX_PROBLEMS} problems. */
export class ProblemList {
  readonly #problems: Problem[] = [];

  /** What was found, in the order it was found; a copy. */
  get all(): readonly Problem[] {
    return [...this.#problems];
  }

  /** Whether nothing was found so far. */
  get isEmpty(): boolean {
    return this.#problems.length === 0;
  }

  /** Whether no further problem is kept. */
  get isFull(): boolean {
    return this.#problems.length >= MAX_PROBLEMS;
  }

  /** Keeps a problem; one too many is dropped, never one of the first. */
  add(
    code: ProblemCode,
    message: string,
    where: { readonly index?: number; readonly place?: string } = {},
  ): void {
    if (!this.isFull) this.#problems.push({ code, message, ...where });
  }

  /** Whether a problem was found in the document at `place`. */
  hasAt(place: string): boolean {
    return this.#problems.some((problem) => problem.place === place);
  }

  /** Whether a problem of `code` was found at an entry from `start` up to, not including, `end`. */
  hasWithin(code: ProblemCode, start: number, end: number): boolean {
    return this.#problems.some(
      (problem) => problem.code === code && (problem.index ?? -1) >= start && (problem.index ?? -1) < end,
    );
  }
}
