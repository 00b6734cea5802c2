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
  /** An entry is not a JSON object, or readers may read it in two ways: a member twice, white space, another spelling of a value. */
  'entry-malformed',
  /** An entry is of another log, its time is before that of one before it, or it names one after it. */
  'entry-misplaced',
  /** The counter of a producer does not go on from its entry before: entries are missing, or were put in. */
  'producer-gap',
  /** A value disclosed is not the one that its entry committed to. */
  'commitment-mismatch',
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
  readonly index?: number | undefined;
  /** Path of the tile or bundle concerned, or which of the caller's documents. */
  readonly place?: string | undefined;
}
