/** Entry point of @writ/core/testing: what tests of Writ and of its extensions share. */
export { corpusPath } from './corpora.ts';
export {
  sampleEntries,
  type SampleLog,
  sampleLog,
  sampleMlDsaSigner,
  sampleSigner,
  sourceOfFiles,
  verifyWithNode,
} from './sample-log.ts';
export { type FakeClock, fakeClock, fakeRandom, type FakeTimers, fakeTimers } from './ports.ts';
export { type ActionWorld, actionWorld } from './action-world.ts';
export { type GuardWorld, guardWorld, type GuardWorldOptions, toolCall } from './guard-world.ts';
export {
  type BucketAdministrator,
  memoryBucket,
  type MemoryBucket,
  type MemoryBucketOptions,
} from './memory-object-store.ts';
export { faultyObjectStore, type StoreFault, type StoreFaultOf } from './faulty-object-store.ts';
export { SAMPLE_CHECKPOINT_KEY, sampleSource } from './sample-source.ts';
export { bucketWorld, TARGET_CONTRACT, type TargetCase, type TargetWorld } from './target-contract.ts';
export { faultyLog, type LogFault } from './faulty-log.ts';
export { committed, LOG_CONTRACT, type LogCase } from './log-contract/index.ts';
export {
  KEY_ENCRYPTION_CONTRACT,
  type KeyEncryptionCase,
  type KeyEncryptionWorld,
} from './key-encryption-contract.ts';
export { LEASE_CONTRACT, type LeaseCase } from './lease-contract.ts';
export { MIRROR_STORE_CONTRACT, type MirrorStoreCase } from './mirror-store-contract.ts';
export { LIMIT_CONTRACT, reservingDraft, settlingDraft } from './limit-contract.ts';
export {
  answerDraft,
  holdDraft,
  killDraft,
  openDraft,
  outcomeDraft,
  pinDraft,
  SAMPLE_FORBID,
  sampleDecision,
  sampleDraft,
  sampleHash,
} from './log-drafts.ts';
export {
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
  sampleTenant,
  seededRandom,
  type SettableClock,
  settableClock,
} from './log-fixture.ts';
export { sampleReseal } from './sample-reseal.ts';
export type { LogWriterReport, LogWriterTask } from './log-writer-task.ts';
