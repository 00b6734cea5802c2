/** Dangerous arguments. */
export { createDangerousArgumentsDetector } from './dangerous-arguments-detector.ts';
