/** L2: the log — entries, sealing, sequencing, publishing, verification. */
export { type DisclosedField, openCommitment, parseEntry } from './entry/index.ts';
export { createMemoryLog, type MemoryLogOptions } from './memory-log.ts';
export {
  type BackedUpLog,
  backupLog,
  backupLogs,
  type BackupOptions,
  type BackupStep,
  type RestoredLog,
  restoreLog,
  restoreLogs,
  type RestoreOptions,
  type RestoreReport,
  resumeLog,
} from './backup/index.ts';
export {
  beginSuccession,
  type FormerLog,
  openFormerLogs,
  endSuccession,
  type Inheritance,
  isStateSealed,
  requireUnused,
  bodiesByKey,
  type BodyKeysOptions,
  resealState,
  rewrapBodies,
  type RewrapBodiesOptions,
  type ResealOptions,
  succeedLog,
  type Succession,
  successionOf,
} from './rotate/index.ts';
export { openLog } from './open-log.ts';
export { LOG_PLACE_FILE } from './place-mark.ts';
export { refuseUnfinished } from './successor-mark.ts';
export type { LogOptions, LogStoreOptions, StoredLogOptions } from './log-options.ts';
export { type LogStore, openLogStore } from './log-store.ts';
export { findSilences, type Silence } from './downtime.ts';
export { HEARTBEAT_MS, type LogIdentity, type OpenLog, type Timer } from './log.ts';
export { type BucketLogKeys, type LogBucket, publishedInBucket } from './bucket-copy.ts';
export {
  type BucketFinding,
  type BucketFindingKind,
  fetchBucket,
  type FetchOptions,
  type FetchReport,
} from './fetch/index.ts';
export {
  bucketTarget,
  folderTarget,
  LOG_FOLDER,
  type ObjectStore,
  type ObjectVersion,
  type PublishedBundles,
  type PublishedSource,
  publishedSource,
  type Pruned,
  PRUNED_FOLDER,
  pruneFolder,
  type Pruning,
  Publisher,
  type PublishTarget,
  type PutCondition,
  readPruning,
  type RemovedBundles,
  type StoredObject,
} from './publish/index.ts';
export { createCheckpointKey } from './tree/index.ts';
export type { BodyKey, FindBodyKey } from './seal/index.ts';
export { createReseal, ERASED_FIELDS, type Reseal } from './seal/index.ts';
export { MAX_WAITING_ENTRIES, type Step, STEPS, type StepFault } from './sequencer/index.ts';
export {
  DATABASE_FILE,
  type Durability,
  isLockHeld,
  isReserveHeld,
  OWN_LOG,
  type ProcessLock,
  purgeErased,
  requireOneLog,
  takeLock,
  type Tenant,
  tenantsOf,
} from './store/index.ts';
export { verifyFolder, type VerifyFolderOptions } from './verify/index.ts';
export { type LogReadingOptions, openLogForReading, type ReadLog } from './open-reader.ts';
export {
  type AccessLog,
  type AccessRecord,
  readCombined,
  readJsonLines,
  readOtlpSpans,
  readRecordedCalls,
  reconcile,
  type Reconciliation,
  type RecordedCall,
} from './reconcile/index.ts';
export {
  CosignedStore,
  createWitnessKey,
  openCosignedStore,
  parseWitnessKey,
  verifyNoteSignature,
  Witness,
  type WitnessAlgorithm,
  type MirrorCosigner,
  type LogWitnesses,
  type WitnessAnswer,
  type WitnessOptions,
  type WitnessResponse,
  type WitnessTransport,
} from './witness/index.ts';
export {
  createMirrorJournal,
  type EnrolledLog,
  type EvidenceKind,
  MAX_EVIDENCE,
  Mirror,
  type MirrorAnswer,
  type MirrorChange,
  type MirrorEvidence,
  type MirrorJournal,
  type MirrorOptions,
  type MirrorPosition,
  type MirrorStore,
  type MirrorTarget,
  mirrorTarget,
  openMirrorStore,
  type ProducerPlace,
  type SqliteMirrorStore,
} from './mirror/index.ts';
export {
  mirrorCosigner,
  replicateFolder,
  type ReplicateOptions,
  type Replicated,
} from './replicate/index.ts';
