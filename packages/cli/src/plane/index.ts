/** A control plane, as commands use it. */
export {
  type Answered,
  type Asked,
  type Method,
  openPlane,
  type Plane,
  type PlaneOptions,
} from './client.ts';
export { type PlaneCredential, planesFile, readPlanes, writePlanes } from './credentials.ts';
export { openKept, originOf, type PlaneFlags, readAuthorities, whichPlane } from './which-plane.ts';
