/** Signatures over exactly what is shown: what they are about, and what is signed. Pure. */
export { digestOfShown, type ShownHold } from './shown-digest.ts';
export { challengeOf, statementOf } from './statement.ts';
