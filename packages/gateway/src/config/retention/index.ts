/** `retention:` in writ.yaml. */
export { parseRetention } from './parse-retention.ts';
export type { ArchiveConfiguration, RetentionConfiguration } from './types.ts';
