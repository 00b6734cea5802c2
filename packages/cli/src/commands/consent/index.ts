/** `writ consent`. */
export { addConsent } from './consent.ts';
