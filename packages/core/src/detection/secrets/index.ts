/** Secrets. */
export { createSecretsDetector } from './secrets-detector.ts';
