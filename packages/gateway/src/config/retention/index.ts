/** `retention:` in writ.yaml. */
export { parseRetention } from './parse-retention.ts';
export type { RetentionConfiguration } from './types.ts';
