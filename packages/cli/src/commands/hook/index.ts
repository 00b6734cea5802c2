/** `writ hook`. */
export { addHook } from './hook.ts';
export { hookFindings } from './findings.ts';
