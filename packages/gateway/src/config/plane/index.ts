/** `plane`, and what is signed for it. */
export { type BundleDescription, parseBundleFile } from './parse-bundle-file.ts';
export { parsePlane } from './parse-plane.ts';
export type { OwnPlane, PlaneBeside, PlaneConfiguration } from './types.ts';
