/** `plane`, and what is signed for it. */
export { type BundleDescription, parseBundleFile } from './parse-bundle-file.ts';
export { parsePlane } from './parse-plane.ts';
export type { PlaneBeside, PlaneConfiguration } from './types.ts';
