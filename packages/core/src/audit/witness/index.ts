/** Witnesses: one that cosigns, and the client through which a log asks them. */
export { verifyNoteSignature } from './verify-signature.ts';
export { createWitnessKey, parseWitnessKey, type WitnessAlgorithm } from './witness-key.ts';
export { CosignedStore, openCosignedStore } from './cosigned-store.ts';
export { Witness, type WitnessAnswer, type WitnessOptions } from './witness.ts';
export {
  type AskContext,
  type Asked,
  offerCheckpoint,
  type OfferedCheckpoint,
  readCosignatures,
  type WitnessResponse,
  type WitnessTransport,
} from './ask-witness.ts';
export type { LogWitnesses, MirrorCosigner } from './witness-client.ts';
export { requireAddress } from './witness-cosigners.ts';
export { linkWitnesses, type WitnessLink } from './log-witnesses.ts';
