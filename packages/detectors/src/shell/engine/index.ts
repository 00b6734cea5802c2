/** The state of a shell, the bounds of an analysis, and what it has found. */
export { assign, assignEverywhere, unset } from './assign.ts';
export {
  Budget,
  MAX_TEXT_BYTES,
  MAX_TREE_DEPTH,
  Refusal,
} from './budget.ts';
export { afterUnknownCode, atAnyTime, childShell } from './child.ts';
export { Collector } from './collector.ts';
export type { Assigned, Call, Engine, Frame, Scope } from './engine.ts';
export { foldersFrom, inFolder } from './folders.ts';
export { keepExported } from './exported.ts';
export { deeper, inSubshell, startedBy } from './frame.ts';
export {
  after,
  both,
  type Functions,
  isCoveredBy,
  join,
  type Outcome,
  type State,
  type Stdin,
  valueOf,
  withEntry,
  withLink,
} from './state.ts';
export { touch } from './touch.ts';
export {
  isKnown,
  known,
  type Scalar,
  sameValue,
  textValue,
  UNKNOWN_HERE,
  UNKNOWN_NUMBER,
  type Value,
} from './values.ts';
