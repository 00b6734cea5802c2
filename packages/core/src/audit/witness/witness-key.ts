/** Private keys of witnesses as text, `PRIVATE+KEY+name+keyid+base64`: algorithm byte and seed (the signer form beside c2sp.org/signed-note's verifier keys). */
import { concatBytes, Fault, fromBase64, isFault, type Random, toBase64 } from '../../kernel/index.ts';
import {
  ed25519KeyFromSeed,
  ed25519Sign,
  mlDsa44KeyFromSeed,
  mlDsa44Sign,
  sha256,
} from '../../kernel/crypto/index.ts';
import { createVerifierKey, formatKeyId, type NoteAlgorithm, type NoteSigner } from '../../proof/index.ts';

/** What a witness signs with. */
export type WitnessAlgorithm = Exclude<NoteAlgorithm, 'ed25519'>;

/** Algorithm bytes of c2sp.org/tlog-cosignature. */
const ALGORITHM_BYTES: Readonly<Record<WitnessAlgorithm, number>> = {
  'cosignature/v1': 0x04,
  'ml-dsa-44': 0x06,
};
const SEED_BYTES = 32;
/** Longest text read, in UTF-16 units. */
const MAX_TEXT_LENGTH = 2048;

/** A new key under `name`, usually the address of the witness without its scheme, with its private text. Throws `key.malformed` for an unusable name, and where this Node has no ML-DSA. */
export function createWitnessKey(
  name: string,
  algorithm: WitnessAlgorithm,
  random: Random,
): { readonly signer: NoteSigner; readonly text: string } {
  const seed = random.bytes(SEED_BYTES);
  const signer = signerOf(name, algorithm, seed);
  const typed = concatBytes(Uint8Array.of(ALGORITHM_BYTES[algorithm]), seed);
  return { signer, text: `PRIVATE+KEY+${name}+${formatKeyId(signer.key.keyId)}+${toBase64(typed)}` };
}

/** The key in `text`, white space around it ignored. Throws `key.malformed`; the message never quotes the text. */
export function parseWitnessKey(text: string): NoteSigner {
  const trimmed = text.length <= MAX_TEXT_LENGTH ? text.trim() : '';
  const match = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(trimmed);
  if (match === null) throw malformed('expected `PRIVATE+KEY+name+keyid+base64`');
  const [, name = '', keyId = '', encoded = ''] = match;
  const typed = decode(encoded);
  const algorithms = Object.keys(ALGORITHM_BYTES) as WitnessAlgorithm[];
  const algorithm = algorithms.find((candidate) => ALGORITHM_BYTES[candidate] === typed[0]);
  if (algorithm === undefined || typed.length !== 1 + SEED_BYTES) {
    throw malformed('it is no key for cosignature/v1 or ML-DSA-44');
  }
  const signer = signerOf(name, algorithm, typed.subarray(1));
  if (formatKeyId(signer.key.keyId) !== keyId) throw malformed('its key id is not that of its name and key');
  return signer;
}

function signerOf(name: string, algorithm: WitnessAlgorithm, seed: Uint8Array): NoteSigner {
  if (algorithm === 'ml-dsa-44') {
    const privateKey = mlDsa44KeyFromSeed(seed);
    const key = createVerifierKey(sha256, name, algorithm, privateKey.publicKey);
    return { key, sign: (message) => mlDsa44Sign(privateKey, message) };
  }
  const privateKey = ed25519KeyFromSeed(seed);
  const key = createVerifierKey(sha256, name, algorithm, privateKey.publicKey);
  return { key, sign: (message) => ed25519Sign(privateKey, message) };
}

function decode(encoded: string): Uint8Array {
  try {
    return fromBase64(encoded);
  } catch (fault) {
    if (!isFault(fault)) throw fault;
    // The cause would quote nothing, and a private key has no business in a chain of causes.
    throw malformed('its key is not base64');
  }
}

function malformed(problem: string): Fault {
  return new Fault('key.malformed', `the text is not the key of a witness: ${problem}`);
}
