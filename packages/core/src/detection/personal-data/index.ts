/** Personal data. */
export { createPersonalDataDetector } from './personal-data-detector.ts';
