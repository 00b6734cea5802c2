/** L2: keys and their files, agents' signatures, people's approvals. */
export {
  createSigningKey,
  parsePublicKey,
  parseSigningKey,
  parseSigningSeed,
  publicKeyId,
  publicKeyText,
  publicKeyTextOf,
  type RemoteSigner,
  type SigningKey,
  signingKeyFromSeed,
  verifySignature,
} from './signing-key.ts';
export {
  addNextLogKey,
  type DataKeys,
  KEYS_FOLDER,
  LOG_KEY_FILE,
  openDataKeys,
  promoteNextLogKey,
  replaceLogKey,
} from './data-keys.ts';
export { readKeyFile, syncFolder, writeKeyFile } from './key-file.ts';
export {
  addTenantKey,
  createEncryptionKey,
  destroyTenantKeys,
  fileKeyEncryption,
  type KeyContext,
  keyContextBytes,
  type KeyEncryption,
  keyRingStatus,
  type KeyRingOptions,
  type KeyRingStatus,
  type KeyStatus,
  localKeyEncryption,
  MAX_WRAPPED_BYTES,
  NODE_KEY_FILE,
  openKeyRing,
  type OpenRingOptions,
  parseEncryptionKey,
  refusedKey,
  rewrapKeyRing,
  type TenantKey,
  type TenantKeys,
} from './key-ring/index.ts';
export { createNodeKey, type NodeKey, parseNodeKey } from './node-key.ts';
export {
  approverPublicKey,
  createApproverKey,
  MIN_PASSPHRASE_CHARACTERS,
  openApproverKey,
} from './approver-key.ts';
export {
  ACTION_STATEMENT,
  type ActionClaim,
  type ExpectedAction,
  nonceKey,
  SIGNATURE_MAX_AGE_MS,
  SIGNATURE_MAX_SKEW_MS,
  signAction,
  type SignedAction,
  type StatementSigner,
  verifyActionSignature,
} from './action-signature.ts';
export {
  authenticate,
  type Authenticated,
  type AuthenticationInput,
  configuredSubject,
} from './authenticate.ts';
export {
  type ApprovalClaim,
  parseApprovalStatement,
  signApproval,
  type SignedApproval,
} from './approval-statement.ts';
export {
  assertionChallenge,
  assertionText,
  isPasskeyText,
  parseApproverKey,
  parsePasskeyKey,
  type PasskeyAssertion,
  type PasskeyKey,
  passkeyText,
  verifyAssertion,
} from './passkey/index.ts';
export { type AnsweredHold, type VerifiedAnswer, verifyAnswer } from './verify-answer.ts';
export {
  type Approval,
  distinctPeople,
  judgeApproval,
  liftedForbids,
  type LiftQuestion,
  mayCount,
  mayLift,
} from './lifted-forbids.ts';
export {
  type EnrolmentClaim,
  type LogKeyClaim,
  type RotationClaim,
  type SignedEnrolment,
  signEnrolment,
  type SignedRotation,
  signLogKey,
  signRotation,
  verifyEnrolment,
  verifyLogKey,
  verifyRotation,
} from './node-enrolment.ts';
export {
  NODE_PROOF_MAX_AGE_MS,
  NODE_SCHEME,
  type NodeProofClaim,
  type ProvenRequest,
  proveRequest,
  type ReadProof,
  readNodeProof,
  verifyNodeProof,
} from './node-proof.ts';
export {
  type BundleContent,
  bundleMark,
  type BundlePlace,
  bundleScope,
  type BundleStanding,
  bundleStanding,
  OUT_OF_REACH_MS,
  parseTrustAnchors,
  prepareBundle,
  requireNewerBundle,
  requireOwnBundle,
  signBundle,
  type TrustAnchor,
  type VerifiedBundle,
  verifyBundle,
} from './bundle/index.ts';
export { type Possession, possessionText } from './possession.ts';
