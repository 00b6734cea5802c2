/** A control plane, as commands use it. */
export type { Method, Plane } from './client.ts';
export { type PlaneCredential, planesFile, readPlanes, writePlanes } from './credentials.ts';
export {
  openKept,
  openReached,
  originOf,
  type PlaneFlags,
  type ReachedPlane,
  readAuthorities,
  whichPlane,
} from './which-plane.ts';
export { maybeText, numberIn, objectIn, objectsIn, textIn, textsIn } from './fields-of.ts';
export { atPlane, CHOOSE_PLANE, CHOOSE_PLANE_HELP, type ChosenFlags, isForPlane } from './use-plane.ts';
