/** Witnesses: trust policies and quorums, the messages of `add-checkpoint`, what a witness judges, receipts under a policy. */
export {
  type PolicyLog,
  type PolicyWitness,
  type Quorum,
  satisfiesQuorum,
  type TrustPolicy,
} from './trust-policy.ts';
export { MAX_POLICY_BYTES, parseTrustPolicy } from './parse-policy.ts';
export { type CosignedBy, describeWitnessed, openWitnessed, type WitnessedCheckpoint } from './witnessed.ts';
export {
  ADD_CHECKPOINT_PATH,
  type AddCheckpoint,
  formatAddCheckpoint,
  formatCosignatures,
  formatSize,
  MAX_ADD_CHECKPOINT_BYTES,
  MAX_COSIGNATURES_BYTES,
  parseAddCheckpoint,
  parseCosignatures,
  parseSize,
  SIZE_CONTENT_TYPE,
} from './add-checkpoint.ts';
export {
  judgeSubmission,
  openSubmission,
  type Refused,
  type Submission,
  type TreeHead,
} from './judge-checkpoint.ts';
export {
  createReceipt,
  type ProofTrust,
  type ProofVerdict,
  type ReceiptSource,
  verifyWitnessedProof,
} from './witnessed-proof.ts';
