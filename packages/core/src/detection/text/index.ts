/** From a JSON value to texts that can be looked at: walk, bounds, folding, decoding and the way back. */
export { findJwts } from './jwt.ts';
export { DEFAULT_SCAN_BOUNDS, type ScanBounds } from './bounds.ts';
export type { ScannedText } from './scan.ts';
export {
  createTextDetector,
  OVERSIZE,
  type Recognised,
  type TextDetectorOptions,
} from './text-detector.ts';
