/** What the texts of a definition say and hide. */
export { hiddenIn } from './hidden.ts';
export { instructionsIn } from './instructions.ts';
export { textsIn } from './texts.ts';
