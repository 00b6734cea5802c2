/** A mirror: a verified copy of other people's logs (c2sp.org/tlog-mirror). */
export {
  type EnrolledLog,
  type EvidenceKind,
  MAX_EVIDENCE,
  type MirrorChange,
  type MirrorEvidence,
  type MirrorPosition,
  type MirrorStore,
  type ProducerPlace,
} from './mirror-store.ts';
export { openMirrorStore, type SqliteMirrorStore } from './sqlite-mirror-store.ts';
export { Mirror, type MirrorAnswer, type MirrorOptions } from './mirror.ts';
export { createMirrorJournal, type MirrorJournal } from './journal.ts';
export { type MirrorTarget, mirrorTarget } from './mirror-target.ts';
