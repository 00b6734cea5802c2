/** The detectors that a guard runs unless its operator says otherwise. */
import type { Detector } from '../model/index.ts';
import { createDangerousArgumentsDetector } from './dangerous-arguments/index.ts';
import { createPersonalDataDetector } from './personal-data/index.ts';
import { createSecretsDetector } from './secrets/index.ts';

/** `secrets`, `personal-data` and `dangerous-arguments`; `phoneDetector` of `@writ/detectors` joins them where that package is installed. */
export function defaultDetectors(): readonly Detector[] {
  return [createSecretsDetector(), createPersonalDataDetector(), createDangerousArgumentsDetector()];
}
