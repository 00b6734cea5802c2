/** The hook’s own process, and what the daemon shares with it; printed into one file by scripts/build-hook.mjs, which leaves this one out. */
export { askDaemon, within } from './ask.ts';
export { denial, withheld } from './denials.ts';
export { sameBytes } from './sha256.ts';
export { LOCK_NAME } from './start.ts';
export { checkFolder, readSecret } from './trust.ts';
export {
  Incoming,
  type Keys,
  lengthOf,
  MAGIC,
  MAX_ABOUT_BYTES,
  MAX_FRAME_BYTES,
  proof,
  PROOF_BYTES,
  SECRET_NAME,
  SOCKET_NAME,
} from './wire.ts';
