/** Private Ed25519 keys as text, `PRIVATE+KEY+name+keyid+base64`: of the log, of agents (the signer form beside c2sp.org/signed-note's verifier keys). */
import {
  type Ed25519PrivateKey,
  ed25519KeyFromSeed,
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  sha256,
  sha256Hex,
} from '../kernel/crypto/index.ts';
import { concatBytes, Fault, fromBase64, type Random, toBase64 } from '../kernel/index.ts';
import {
  createVerifierKey,
  formatKeyId,
  formatVerifierKey,
  parseVerifierKey,
  type VerifierKey,
} from '../proof/index.ts';

/** First words of every private key text, so that scanners recognise one. */
const PREFIX = 'PRIVATE+KEY+';
/** Longest text read, in UTF-16 units. */
const MAX_TEXT_LENGTH = 2048;
const SEED_BYTES = 32;
const ED25519_BYTE = 0x01;
/** Hexadecimal digits of a key id in approvals and action signatures. */
const KEY_ID_DIGITS = 16;

/** A private key ready to sign, under a name. Serves as `NoteSigner` and as the guard's `ActionSigner`. */
export interface SigningKey {
  /** The public half as a verifier is given it. */
  readonly key: VerifierKey;
  /** Raw, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** See {@link publicKeyId}. */
  readonly keyId: string;
  /** The 64-byte signature of `message`. */
  sign(message: Uint8Array): Uint8Array;
}

/** An Ed25519 key that signs elsewhere, such as in a key service. */
export interface RemoteSigner {
  /** Raw, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The 64-byte signature of `message`, verified. Throws `key.unavailable`, `key.refused`. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A new key under `name` (a log's origin, an agent's id), with its private text. Throws `key.malformed` for an unusable name. */
export function createSigningKey(
  name: string,
  random: Random,
): { readonly key: SigningKey; readonly text: string } {
  const seed = random.bytes(SEED_BYTES);
  const key = signingKey(name, ed25519KeyFromSeed(seed));
  return { key, text: formatSigningKey(key.key, seed) };
}

/** The key in `text`, white space around it ignored. Throws `key.malformed`; the message never quotes the text. */
export function parseSigningKey(text: string): SigningKey {
  const { name, keyId, seed } = readText(text);
  const key = signingKeyFromSeed(name, seed);
  if (formatKeyId(key.key.keyId) !== keyId) throw malformed('its key id is not that of its name and key');
  return key;
}

/** The 32-byte seed of the key in `text`, for whoever signs in another thread. Throws as {@link parseSigningKey}. */
export function parseSigningSeed(text: string): Uint8Array {
  parseSigningKey(text);
  return readText(text).seed;
}

/** The verifier key of `text`; weak and non-canonical keys are refused. Throws `key.malformed`, `key.weak`. */
export function parsePublicKey(text: string): VerifierKey {
  return parseVerifierKey(sha256, text.trim());
}

/** The text of the public half of `key`, `name+keyid+base64`. */
export function publicKeyText(key: Pick<SigningKey, 'key'>): string {
  return formatVerifierKey(key.key);
}

/** The text of the raw Ed25519 key `publicKey` under `name`. Throws `key.malformed` for an unusable name, `key.weak` for a key of small order. */
export function publicKeyTextOf(name: string, publicKey: Uint8Array): string {
  const text = formatVerifierKey(createVerifierKey(sha256, name, 'ed25519', publicKey));
  parsePublicKey(text);
  return text;
}

/** First 16 hexadecimal digits of the SHA-256 of a raw public key: its id wherever no name goes with it. */
export function publicKeyId(publicKey: Uint8Array): string {
  return sha256Hex(publicKey).slice(0, KEY_ID_DIGITS);
}

/** Whether `signature` is that of the accepted key `key` over `message`; false for anything malformed. */
export function verifySignature(
  key: Pick<VerifierKey, 'publicKey'>,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return ed25519Verify(ed25519PublicKey(key.publicKey), message, signature);
}

/** The key of `seed` under `name`; for a seed that was stored otherwise. Throws `key.malformed`. */
export function signingKeyFromSeed(name: string, seed: Uint8Array): SigningKey {
  return signingKey(name, ed25519KeyFromSeed(seed));
}

function signingKey(name: string, privateKey: Ed25519PrivateKey): SigningKey {
  const key = createVerifierKey(sha256, name, 'ed25519', privateKey.publicKey);
  return {
    key,
    publicKey: key.publicKey,
    keyId: publicKeyId(key.publicKey),
    sign: (message) => ed25519Sign(privateKey, message),
  };
}

function readText(text: string): {
  readonly name: string;
  readonly keyId: string;
  readonly seed: Uint8Array;
} {
  const trimmed = text.length <= MAX_TEXT_LENGTH ? text.trim() : '';
  const match = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(trimmed);
  if (match === null) throw malformed('expected `PRIVATE+KEY+name+keyid+base64`');
  const [, name = '', keyId = '', encoded = ''] = match;
  const typed = decode(encoded);
  if (typed.length !== SEED_BYTES + 1 || typed[0] !== ED25519_BYTE)
    throw malformed('it is not an Ed25519 key');
  return { name, keyId, seed: typed.subarray(1) };
}

function formatSigningKey(key: VerifierKey, seed: Uint8Array): string {
  const typed = concatBytes(Uint8Array.of(ED25519_BYTE), seed);
  return `${PREFIX}${key.name}+${formatKeyId(key.keyId)}+${toBase64(typed)}`;
}

function decode(encoded: string): Uint8Array {
  try {
    return fromBase64(encoded);
  } catch {
    // The cause would quote nothing, and a private key has no business in a chain of causes.
    throw malformed('its key is not base64');
  }
}

function malformed(problem: string): Fault {
  return new Fault('key.malformed', `the text is not a signing key: ${problem}`);
}
