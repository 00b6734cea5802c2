/** The verifier itself: what `verify.mjs` is generated from (decisions/0011). Nothing here imports from outside the folder, but types. */
export { openCheckpoint } from './checkpoint.ts';
export { openDisclosed } from './disclosed.ts';
export { createEntryCheck } from './entries.ts';
export { type CheckResult, summarise } from './summary.ts';
export { MAX_PROBLEMS, ProblemList } from './problems.ts';
export { fromLatin1, toLatin1 } from './text.ts';
export { verifyEntries } from './verify.ts';
