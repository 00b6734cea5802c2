/** `writ hook`. */
export { addHook } from './hook.ts';
export { confinedFindings, hookFindings } from './findings.ts';
