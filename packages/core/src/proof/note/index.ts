/** Signed notes and what Writ writes as such: checkpoints, cosignatures, receipts. */
export { type Ed25519PublicKey, parseEd25519PublicKey } from './ed25519-key.ts';
export {
  createVerifierKey,
  formatKeyId,
  formatVerifierKey,
  type MlDsa44PublicKey,
  type NoteAlgorithm,
  type NotePublicKey,
  parseVerifierKey,
  type VerifierKey,
} from './verifier-key.ts';
export {
  formatNote,
  formatSignatureLine,
  type NoteSignature,
  parseNote,
  parseSignatureLine,
  type SignedNote,
} from './signed-note.ts';
export { addSignatures, cosign, type NoteSigner, signNote } from './signer.ts';
export { type Cosignature, cosignatureMessage, parseCosignature, subtreeMessage } from './cosignature.ts';
export {
  type CheckedSignatures,
  checkSignatures,
  openNote,
  type VerifiedSignature,
  type VerifySignature,
} from './open-note.ts';
export { type Checkpoint, formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
export { formatReceipt, parseReceipt, type Receipt } from './receipt.ts';
