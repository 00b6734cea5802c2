/**
 * Passkey assertions as signatures over approvals (WebAuthn Level 3 §7.2): the challenge is the SHA-256 of the canonical statement.
 *
 * Proves that the person's authenticator signed this hash after it verified them. Does not prove what their page showed them: whoever serves the page can show something
 * else. Where that must not be believed, an approver signs with a key of their own.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  canonicalJson,
  Fault,
  fromBase64,
  fromUtf8,
  isFault,
  isJsonObject,
  type JsonObject,
  parseStrictJson,
  toBase64,
  utf8,
} from '../../kernel/index.ts';
import { verifySignature } from '../signing-key.ts';
import { type PasskeyKey, pointOf } from './passkey-key.ts';

/** What an authenticator answers, each base64url. */
export interface PasskeyAssertion {
  readonly authenticatorData: string;
  readonly clientDataJSON: string;
  readonly signature: string;
}

/** Longest signature text, in UTF-16 units: clients add fields to what they sign. */
const MAX_LENGTH = 8_192;
const BASE64URL = /^[A-Za-z0-9_-]+$/;
/** rpIdHash, flags, counter: with neither credential nor extensions, which nobody asked for (§6.1). */
const DATA_BYTES = 37;
const HASH_BYTES = 32;
const PRESENT = 0x01;
const VERIFIED = 0x04;
const BACKUP_ELIGIBLE = 0x08;
const BACKED_UP = 0x10;
/** Present, verified and the two of backup; any other announces data that must not be there, or is reserved. */
const KNOWN_FLAGS = PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP;

/** The challenge that a page gives to the authenticator for `statement`, base64url. */
export function assertionChallenge(statement: string): string {
  return createHash('sha256').update(utf8(statement)).digest('base64url');
}

/** `assertion` as the signature of an answer: base64 of its RFC 8785 JSON. */
export function assertionText({ authenticatorData, clientDataJSON, signature }: PasskeyAssertion): string {
  return toBase64(utf8(canonicalJson({ authenticatorData, clientDataJSON, signature })));
}

/** Whether `text`, as {@link assertionText} writes it, is an assertion of `key` over `statement`: its pages, the person present and verified, nothing beside. */
export function verifyAssertion(
  key: Pick<PasskeyKey, 'cose' | 'origin'>,
  statement: string,
  text: string,
): boolean {
  try {
    const { authenticatorData, clientDataJSON, signature } = readAssertion(text);
    const client = Buffer.from(clientDataJSON, 'base64url');
    const data = Buffer.from(authenticatorData, 'base64url');
    return (
      isClientData(fromUtf8(client), statement, key.origin) &&
      isAuthenticatorData(data, key.origin) &&
      isSigned(key.cose, Buffer.concat([data, sha256(client)]), Buffer.from(signature, 'base64url'))
    );
  } catch (fault) {
    if (isFault(fault)) return false;
    throw fault;
  }
}

function readAssertion(text: string): PasskeyAssertion {
  if (text.length > MAX_LENGTH) throw malformed();
  const json = fromUtf8(fromBase64(text));
  const value = parseStrictJson(json, { maxLength: MAX_LENGTH, maxDepth: 2 });
  if (!isJsonObject(value) || canonicalJson(value) !== json) throw malformed();
  const { authenticatorData, clientDataJSON, signature, ...rest } = value;
  if (Object.keys(rest).length > 0) throw malformed();
  return {
    authenticatorData: requireBytes(authenticatorData),
    clientDataJSON: requireBytes(clientDataJSON),
    signature: requireBytes(signature),
  };
}

function requireBytes(value: JsonObject[string] | undefined): string {
  if (typeof value === 'string' && BASE64URL.test(value)) return value;
  throw malformed();
}

/** Fields that are not known are left: browsers add some on purpose (§5.8.1). */
function isClientData(json: string, statement: string, origin: string): boolean {
  const client = parseStrictJson(json, { maxLength: MAX_LENGTH, maxDepth: 8 });
  return (
    isJsonObject(client) &&
    client['type'] === 'webauthn.get' &&
    client['challenge'] === assertionChallenge(statement) &&
    client['origin'] === origin &&
    (client['crossOrigin'] === undefined || client['crossOrigin'] === false) &&
    client['topOrigin'] === undefined
  );
}

function isAuthenticatorData(data: Buffer, origin: string): boolean {
  const flags = data[HASH_BYTES] ?? 0;
  const isBackupConsistent = (flags & BACKED_UP) === 0 || (flags & BACKUP_ELIGIBLE) !== 0;
  return (
    data.length === DATA_BYTES &&
    data.subarray(0, HASH_BYTES).equals(sha256(utf8(new URL(origin).hostname))) &&
    (flags & PRESENT) !== 0 &&
    (flags & VERIFIED) !== 0 &&
    (flags & ~KNOWN_FLAGS) === 0 &&
    isBackupConsistent
  );
}

function isSigned(cose: Uint8Array, message: Buffer, signature: Buffer): boolean {
  const point = pointOf(cose);
  if (point.algorithm === 'EdDSA') return verifySignature({ publicKey: point.x }, message, signature);
  try {
    const [x, y] = [base64url(point.x), base64url(point.y)];
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    return verify('sha256', message, { key, dsaEncoding: 'der' }, signature);
  } catch {
    // A point that is not on the curve, or bytes that are no signature: either way nothing is signed.
    return false;
  }
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function malformed(): Fault {
  return new Fault('approval.invalid', 'the passkey’s answer is malformed');
}
