/** Keys that a node believes bundles of: brought by its configuration or its enrolment, never found beside a bundle. */
import { Fault } from '../../kernel/index.ts';
import type { VerifierKey } from '../../proof/index.ts';
import { parsePublicKey, publicKeyId } from '../signing-key.ts';

/** Most anchors at once: the one in use, those that follow it and those that go. */
const MAX_ANCHORS = 8;

/** One of them. */
export interface TrustAnchor {
  readonly name: string;
  /** First 16 hexadecimal digits of the SHA-256 of the public key. */
  readonly keyId: string;
  /** Raw Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/**
 * The anchors in `texts`, each `name+keyid+base64`. Several hold at once, so that a key follows another by overlap. Throws `key.malformed`, `key.weak` for a point of small order,
 * `bundle.malformed` for none, too many, or one twice.
 */
export function parseTrustAnchors(texts: readonly string[]): readonly TrustAnchor[] {
  if (texts.length === 0 || texts.length > MAX_ANCHORS)
    throw new Fault(
      'bundle.malformed',
      `${texts.length} trust anchors are given, expected 1 to ${MAX_ANCHORS}`,
    );
  const anchors = texts.map(parseAnchor);
  if (new Set(anchors.map(({ keyId }) => keyId)).size !== anchors.length)
    throw new Fault('bundle.malformed', 'a trust anchor is given twice');
  return anchors;
}

function parseAnchor(text: string): TrustAnchor {
  const key = parsePublicKey(text);
  return { name: key.name, keyId: publicKeyId(requireEd25519(key)), publicKey: requireEd25519(key) };
}

/** The raw key of `key`. Throws `key.malformed` for one of another algorithm. */
function requireEd25519(key: VerifierKey): Uint8Array {
  if (key.algorithm === 'ed25519') return key.publicKey;
  throw new Fault('key.malformed', `the key \`${key.name}\` is a witness’s, expected an Ed25519 key`);
}
