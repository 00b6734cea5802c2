/** A control plane, as commands use it. */
export type { Method, Plane } from './client.ts';
export { type PlaneCredential, planesFile, readPlanes, writePlanes } from './credentials.ts';
export { openKept, originOf, type PlaneFlags, readAuthorities, whichPlane } from './which-plane.ts';
