/** Entry point of @writ/detectors: detectors that need sizeable libraries. */
export { createPhoneDetector, phoneDetector } from './phone/index.ts';
