/** Bundles as they are signed and believed: RFC 8785 JSON in a DSSE envelope, under keys that the verifier brought. */
import { sha256Hex } from '../../kernel/crypto/index.ts';
import {
  canonicalJson,
  Fault,
  fromUtf8,
  isJsonObject,
  type JsonValue,
  parseStrictJson,
  utf8,
} from '../../kernel/index.ts';
import {
  type Approver,
  type Bundle,
  BUNDLE_PAYLOAD_TYPE,
  BUNDLE_TYPE,
  bundleSchema,
  MAX_BUNDLE_BYTES,
  parseNoun,
} from '../../model/index.ts';
import { parseEd25519PublicKey } from '../../proof/index.ts';
import type { StatementSigner } from '../action-signature.ts';
import { parseApproverKey } from '../passkey/index.ts';
import { verifySignature } from '../signing-key.ts';
import {
  type EnvelopeSignature,
  preAuthenticationEncoding,
  type ReadEnvelope,
  readEnvelope,
  sealEnvelope,
} from './dsse.ts';
import type { TrustAnchor } from './trust-anchor.ts';

/** Deepest nesting of the document: schemas of tools are in it. */
const MAX_DEPTH = 64;

/** Everything in a bundle but its tag and who signs it. */
export type BundleContent = Omit<Bundle, 'type' | 'signers'>;

/** A bundle that an anchor vouches for. */
export interface VerifiedBundle {
  readonly bundle: Bundle;
  /** SHA-256 of the document, in hexadecimal. */
  readonly hash: string;
  readonly approvers: readonly Approver[];
  /** Ids of the anchors whose signatures verified. */
  readonly anchors: readonly string[];
}

/** A bundle that is yet to be signed, by keys that may be elsewhere. */
export interface UnsignedBundle {
  /** What each key signs. */
  readonly toBeSigned: Uint8Array;
  /** The envelope with all signatures; whether they verify is for `verifyBundle` to say. */
  readonly seal: (signatures: readonly EnvelopeSignature[]) => string;
}

/** `content`, to be signed by each of the keys `keyIds`. Throws `bundle.malformed` for what nobody could verify, `key.*` for approvers' keys. */
export function prepareBundle(content: BundleContent, keyIds: readonly string[]): UnsignedBundle {
  const policies = [...content.policies].sort(({ path: one }, { path: other }) => (one < other ? -1 : 1));
  const bundle = parseNoun(
    bundleSchema,
    { type: BUNDLE_TYPE, ...content, policies, signers: [...new Set(keyIds)].sort() },
    'bundle.malformed',
    'the bundle',
  );
  requireConsistent(bundle);
  approversOf(bundle);
  const payload = utf8(canonicalJson(JSON.parse(JSON.stringify(bundle)) as JsonValue));
  requireSize(payload);
  return {
    toBeSigned: preAuthenticationEncoding(BUNDLE_PAYLOAD_TYPE, payload),
    seal: (signatures) => sealEnvelope(BUNDLE_PAYLOAD_TYPE, payload, signatures),
  };
}

/** `content` in its envelope, signed by each of `signers`. Throws as {@link prepareBundle}. */
export function signBundle(content: BundleContent, signers: readonly StatementSigner[]): string {
  const { toBeSigned, seal } = prepareBundle(
    content,
    signers.map(({ keyId }) => keyId),
  );
  return seal(signers.map((signer) => ({ keyId: signer.keyId, signature: signer.sign(toBeSigned) })));
}

/**
 * The bundle in the envelope `text`. One signature of an anchor is needed; one that names an anchor and does not verify is refused, whatever the others say. Nothing of the document is
 * read before. Throws `bundle.malformed`, `bundle.unverified`, and `key.*` for approvers' keys.
 *
 * Does not say whether it is for this node, new enough or still good: see `requireOwnBundle`, `requireNewerBundle` and `bundleStanding`.
 */
export function verifyBundle(text: string, anchors: readonly TrustAnchor[]): VerifiedBundle {
  const envelope = readEnvelope(text);
  if (envelope.payloadType !== BUNDLE_PAYLOAD_TYPE)
    throw new Fault('bundle.malformed', `the envelope holds \`${envelope.payloadType}\`, expected a bundle`);
  requireSize(envelope.payload);
  const vouching = vouchingAnchors(envelope, anchors);
  const bundle = readDocument(envelope.payload);
  const named = envelope.signatures.map(({ keyId }) => keyId).sort();
  if (bundle.signers.join() !== named.join())
    throw new Fault('bundle.unverified', 'the bundle is signed by other keys than it names');
  return { bundle, hash: sha256Hex(envelope.payload), approvers: approversOf(bundle), anchors: vouching };
}

function vouchingAnchors(
  { payloadType, payload, signatures }: ReadEnvelope,
  anchors: readonly TrustAnchor[],
): readonly string[] {
  const signed = preAuthenticationEncoding(payloadType, payload);
  const vouching: string[] = [];
  for (const { keyId, signature } of signatures) {
    const anchor = anchors.find((known) => known.keyId === keyId);
    if (anchor === undefined) continue;
    // Looked at again where it counts: whatever made the anchor, a point of small order vouches for nothing.
    const publicKey = parseEd25519PublicKey(anchor.publicKey);
    if (!verifySignature({ publicKey }, signed, signature))
      throw new Fault('bundle.unverified', `the signature of \`${anchor.name}\` is not of this bundle`);
    vouching.push(keyId);
  }
  if (vouching.length > 0) return vouching;
  throw new Fault('bundle.unverified', 'no trust anchor has signed the bundle', {
    hint: 'name the key that signs in `plane.anchors`',
  });
}

function readDocument(payload: Uint8Array): Bundle {
  let text: string;
  let value: JsonValue;
  try {
    text = fromUtf8(payload);
    value = parseStrictJson(text, { maxLength: MAX_BUNDLE_BYTES, maxDepth: MAX_DEPTH });
  } catch (cause) {
    throw new Fault('bundle.malformed', 'the bundle is not JSON', {}, { cause });
  }
  if (!isJsonObject(value) || canonicalJson(value) !== text)
    throw new Fault('bundle.malformed', 'the bundle is not canonical JSON');
  const bundle = parseNoun(bundleSchema, value, 'bundle.malformed', 'the bundle');
  requireConsistent(bundle);
  return bundle;
}

/** A chain has one beginning, and nobody approves under two names with one key. */
function requireConsistent({ version, previous, approvers, agents = [] }: Bundle): void {
  if ((version === 1) !== (previous === undefined))
    throw new Fault(
      'bundle.malformed',
      version === 1
        ? 'the first bundle follows none, and this one names one before it'
        : `bundle ${version} does not name the one before it`,
    );
  if (new Set(approvers.map(({ id }) => id)).size !== approvers.length)
    throw new Fault('bundle.malformed', 'the bundle names an approver twice');
  if (new Set(agents).size !== agents.length)
    throw new Fault('bundle.malformed', 'the bundle names an agent twice');
}

function approversOf({ approvers, signers }: Bundle): readonly Approver[] {
  const read = approvers.map(({ id, key, groups, person }) => {
    return {
      id,
      groups,
      ...parseApproverKey(key),
      ...(person === undefined ? {} : { person }),
    };
  });
  const keys = read.map(({ keyId }) => keyId);
  if (new Set(keys).size !== keys.length)
    throw new Fault('bundle.malformed', 'two approvers of the bundle have one key');
  const both = read.find(({ keyId }) => signers.includes(keyId));
  if (both !== undefined)
    throw new Fault('bundle.malformed', `the key of the approver \`${both.id}\` signs the bundle`, {
      hint: 'whoever changes what needs an approval must not give it with the same key',
    });
  return read;
}

function requireSize({ length }: Uint8Array): void {
  if (length <= MAX_BUNDLE_BYTES) return;
  throw new Fault(
    'bundle.malformed',
    `the bundle has ${length} bytes, at most ${MAX_BUNDLE_BYTES} are taken`,
  );
}
