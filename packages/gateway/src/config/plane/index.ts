/** `plane`. */
export { parsePlane } from './parse-plane.ts';
export type { PlaneConfiguration } from './types.ts';
