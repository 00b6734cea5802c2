/** Witnesses: one that cosigns, and the client through which a log asks them. */
export { verifyNoteSignature } from './verify-signature.ts';
export { createWitnessKey, parseWitnessKey, type WitnessAlgorithm } from './witness-key.ts';
export { CosignedStore, openCosignedStore } from './cosigned-store.ts';
export { Witness, type WitnessAnswer, type WitnessOptions } from './witness.ts';
export {
  type Asked,
  askWitness,
  type OfferedCheckpoint,
  type WitnessResponse,
  type WitnessTransport,
} from './ask-witness.ts';
export { type LogWitnesses, WitnessClient, type WitnessClientOptions } from './witness-client.ts';
export { linkWitnesses, type WitnessLink, type WitnessLinkParts } from './log-witnesses.ts';
