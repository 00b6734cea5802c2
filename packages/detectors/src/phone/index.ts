/** Phone numbers. */
export { createPhoneDetector, phoneDetector } from './phone-detector.ts';
