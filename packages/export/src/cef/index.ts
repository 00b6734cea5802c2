/** The Common Event Format. */
export { escapeHeader, escapeValue } from './escape.ts';
export { toCef } from './to-cef.ts';
