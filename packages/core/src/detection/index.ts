/** L2: detectors without sizeable dependencies, what they share, and redaction. No clock, no randomness, no socket. */
export { defaultDetectors } from './default-detectors.ts';
export { createSecretsDetector } from './secrets/index.ts';
export { createPersonalDataDetector } from './personal-data/index.ts';
export { createDangerousArgumentsDetector } from './dangerous-arguments/index.ts';
export { findingNames } from './finding-names.ts';
export { redact, type Redacted } from './redaction/index.ts';
export {
  createTextDetector,
  DEFAULT_SCAN_BOUNDS,
  OVERSIZE,
  type Recognised,
  type ScanBounds,
  type ScannedText,
  type TextDetectorOptions,
} from './text/index.ts';
export type { Survey } from './survey/index.ts';
