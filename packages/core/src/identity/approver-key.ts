/**
 * An approver's private key, sealed under a passphrase: an agent that can read the file still cannot approve itself.
 *
 * Does not protect against a passphrase that is guessed, typed where the agent can watch, or kept in a file the agent can read.
 */
import { scrypt } from 'node:crypto';
import { openAead, sealAead } from '../kernel/crypto/index.ts';
import {
  canonicalJson,
  concatBytes,
  Fault,
  fromBase64,
  isJsonObject,
  type JsonObject,
  ownProperty,
  parseStrictJson,
  type Random,
  toBase64,
  utf8,
} from '../kernel/index.ts';
import { parsePublicKey, publicKeyText, type SigningKey, signingKeyFromSeed } from './signing-key.ts';

const FILE_TYPE = 'writ/approver-key/v1';
/** scrypt cost (RFC 7914): 2^17 · 8 · 128 bytes = 128 MiB and some hundred milliseconds a guess (OWASP Password Storage). */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1 } as const;
/** What scrypt may use, in bytes: the above and its buffers. */
const SCRYPT_MEMORY = 192 * 1024 * 1024;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const KEY_BYTES = 32;
const SEED_BYTES = 32;
/** Fewest characters of a passphrase (NIST SP 800-63B-4 §3.1.1 asks for at least 8). */
export const MIN_PASSPHRASE_CHARACTERS = 8;

/** A new key under `name` with the text of its file. Throws `key.passphrase` for one that is too short, `key.malformed` for a bad name. */
export async function createApproverKey(
  name: string,
  passphrase: string,
  random: Random,
): Promise<{ readonly key: SigningKey; readonly text: string }> {
  if ([...passphrase].length < MIN_PASSPHRASE_CHARACTERS) {
    throw new Fault('key.passphrase', `a passphrase has at least ${MIN_PASSPHRASE_CHARACTERS} characters`);
  }
  const seed = random.bytes(SEED_BYTES);
  const key = signingKeyFromSeed(name, seed);
  const salt = random.bytes(SALT_BYTES);
  const nonce = random.bytes(NONCE_BYTES);
  const header = {
    type: FILE_TYPE,
    key: publicKeyText(key),
    kdf: { name: 'scrypt', ...SCRYPT, salt: toBase64(salt) },
  };
  const sealed = sealAead(await stretch(passphrase, salt), nonce, seed, utf8(canonicalJson(header)));
  const file = { ...header, cipher: { name: 'aes-256-gcm', sealed: toBase64(concatBytes(nonce, sealed)) } };
  return { key, text: `${JSON.stringify(file, null, 2)}\n` };
}

/** The public half of the key file `text`, which needs no passphrase. Throws `key.malformed`, `key.weak`. */
export function approverPublicKey(text: string): string {
  return readFile(text).key;
}

/** The key in the file `text`. Throws `key.passphrase` where the passphrase does not open it, `key.malformed` for another file. */
export async function openApproverKey(text: string, passphrase: string): Promise<SigningKey> {
  const file = readFile(text);
  const wrapping = await stretch(passphrase, file.salt);
  let seed: Uint8Array;
  try {
    const aad = utf8(canonicalJson(file.header));
    seed = openAead(wrapping, file.sealed.subarray(0, NONCE_BYTES), file.sealed.subarray(NONCE_BYTES), aad);
  } catch {
    throw new Fault('key.passphrase', 'the passphrase does not open this approver key');
  }
  const key = signingKeyFromSeed(parsePublicKey(file.key).name, seed);
  if (publicKeyText(key) !== file.key) throw malformed('its public half is not that of its private one');
  return key;
}

interface ApproverKeyFile {
  readonly header: JsonObject;
  readonly key: string;
  readonly salt: Uint8Array;
  readonly sealed: Uint8Array;
}

function readFile(text: string): ApproverKeyFile {
  const { type, key, kdf, cipher, ...rest } = object(parse(text), 'file');
  if (type !== FILE_TYPE) throw malformed(`its type is not \`${FILE_TYPE}\``);
  if (Object.keys(rest).length > 0)
    throw malformed(`it has an unknown field \`${Object.keys(rest)[0] ?? ''}\``);
  if (typeof key !== 'string') throw malformed('it names no public key');
  parsePublicKey(key);
  const derivation = object(kdf, 'kdf');
  // INVARIANT: costs are those of this version; a file cannot ask for cheaper or for unbounded ones.
  const salt = bytes(ownProperty(derivation, 'salt'), SALT_BYTES);
  const expected = { name: 'scrypt', ...SCRYPT, salt: toBase64(salt) };
  if (canonicalJson(derivation) !== canonicalJson(expected))
    throw malformed('its key derivation is not that of version 1');
  const { name, sealed, ...others } = object(cipher, 'cipher');
  if (name !== 'aes-256-gcm' || Object.keys(others).length > 0)
    throw malformed('its cipher is not AES-256-GCM');
  return {
    header: { type, key, kdf: expected },
    key,
    salt,
    sealed: bytes(sealed, NONCE_BYTES + SEED_BYTES + 16),
  };
}

function parse(text: string): unknown {
  try {
    return parseStrictJson(text, { maxLength: 16_384, maxDepth: 8 });
  } catch (cause) {
    throw new Fault('key.malformed', 'the file is not an approver key: it is not JSON', {}, { cause });
  }
}

function object(value: unknown, name: string): JsonObject {
  if (!isJsonObject(value)) throw malformed(`its ${name} is not an object`);
  return value;
}

function bytes(value: unknown, length: number): Uint8Array {
  if (typeof value !== 'string') throw malformed('bytes are missing');
  try {
    const decoded = fromBase64(value);
    if (decoded.length === length) return decoded;
  } catch {
    // Told below, like a wrong length.
  }
  throw malformed(`it needs ${length} bytes in base64 where it has others`);
}

function malformed(problem: string): Fault {
  return new Fault('key.malformed', `the file is not an approver key: ${problem}`);
}

function stretch(passphrase: string, salt: Uint8Array): Promise<Uint8Array> {
  // One text for one passphrase, however the keyboard composes its accents (NIST SP 800-63B-4 §3.1.1.2).
  const normal = passphrase.normalize('NFKC');
  return new Promise((resolve, reject) => {
    scrypt(normal, salt, KEY_BYTES, { ...SCRYPT, maxmem: SCRYPT_MEMORY }, (problem, key) => {
      if (problem === null) resolve(key);
      else reject(new Fault('key.passphrase', 'the passphrase cannot be stretched', {}, { cause: problem }));
    });
  });
}
