/** Public keys of passkeys as approvers' keys: one text with everything that a verifier needs. */
import { Fault } from '../../kernel/index.ts';
import { type Ed25519PublicKey, parseEd25519PublicKey } from '../../proof/index.ts';
import { publicKeyId } from '../signing-key.ts';

/** A passkey that a node believes. */
export interface PasskeyKey {
  /** COSE_Key (RFC 9052 §7) in the one form that authenticators write (CTAP 2.1 §8). */
  readonly cose: Uint8Array;
  /** First 16 hexadecimal digits of the SHA-256 of `cose`. */
  readonly keyId: string;
  /** Origin of the pages that it signs on, `https://plane.example.org`. Its host is the relying party. */
  readonly origin: string;
}

/** A public key by its coordinates. */
export type PasskeyPoint =
  | { readonly algorithm: 'ES256'; readonly x: Uint8Array; readonly y: Uint8Array }
  | { readonly algorithm: 'EdDSA'; readonly x: Ed25519PublicKey };

const FORM = /^passkey:([0-9a-f]{16}):([A-Za-z0-9_-]{50,120}):(https?:\/\/[a-z0-9.-]{1,253}(?::\d{1,5})?)$/;
/** `{1: 2, 3: -7, -1: 1, -2: x, -3: y}` and `{1: 1, 3: -8, -1: 6, -2: x}`: deterministic CBOR leaves one form of each. */
const ES256 = { head: Buffer.from('a5010203262001215820', 'hex'), middle: Buffer.from('225820', 'hex') };
const EDDSA = { head: Buffer.from('a4010103272006215820', 'hex') };
const COORDINATE_BYTES = 32;

/** The text of a passkey's key for bundles and configurations, `passkey:KEYID:COSE:ORIGIN`. Throws `key.malformed`, `key.weak`. */
export function passkeyText(cose: Uint8Array, origin: string): string {
  const text = `passkey:${publicKeyId(cose)}:${Buffer.from(cose).toString('base64url')}:${origin}`;
  parsePasskeyKey(text);
  return text;
}

/** Whether `text` is meant to be the key of a passkey. */
export function isPasskeyText(text: string): boolean {
  return text.startsWith('passkey:');
}

/** The passkey in `text`. Throws `key.malformed`, and `key.weak` for a point of small order. */
export function parsePasskeyKey(text: string): PasskeyKey {
  const [, keyId = '', encoded = '', origin = ''] = FORM.exec(text) ?? [];
  const cose = Buffer.from(encoded, 'base64url');
  if (keyId === '' || cose.toString('base64url') !== encoded || publicKeyId(cose) !== keyId)
    throw malformed('is not `passkey:KEYID:KEY:ORIGIN`, or its id is not that of its key');
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) throw malformed('names no origin');
  const { protocol, hostname } = new URL(origin);
  if (protocol !== 'https:' && hostname !== 'localhost')
    throw malformed('is for pages that are neither of `https:` nor of `localhost`');
  pointOf(cose);
  return { cose: new Uint8Array(cose), keyId, origin };
}

/** The key in `cose`. Throws `key.malformed` for any other algorithm and any other encoding, `key.weak` for a point of small order. */
export function pointOf(cose: Uint8Array): PasskeyPoint {
  const bytes = Buffer.from(cose);
  const isOf = (head: Buffer, length: number): boolean =>
    bytes.length === length && bytes.subarray(0, head.length).equals(head);
  const at = (from: number): Uint8Array => new Uint8Array(bytes.subarray(from, from + COORDINATE_BYTES));
  const { head, middle } = ES256;
  const second = head.length + COORDINATE_BYTES;
  if (
    isOf(head, second + middle.length + COORDINATE_BYTES) &&
    bytes.subarray(second, second + middle.length).equals(middle)
  )
    return { algorithm: 'ES256', x: at(head.length), y: at(second + middle.length) };
  if (isOf(EDDSA.head, EDDSA.head.length + COORDINATE_BYTES))
    return { algorithm: 'EdDSA', x: parseEd25519PublicKey(at(EDDSA.head.length)) };
  throw malformed('is none of ES256 or EdDSA, as authenticators write them');
}

function malformed(problem: string): Fault {
  return new Fault('key.malformed', `the key of the passkey ${problem}`);
}
