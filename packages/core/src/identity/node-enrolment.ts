/** What a node signs when it is enrolled, when it takes another key, and when its log does: keys that it made itself, each shown to be held, and nothing that is good elsewhere. */
import { sha256Hex } from '../kernel/crypto/index.ts';
import { canonicalJson, Fault, fromBase64, toBase64, utf8 } from '../kernel/index.ts';
import type { VerifierKey } from '../proof/index.ts';
import { parsePublicKey, publicKeyText, type SigningKey, verifySignature } from './signing-key.ts';

/** Version tags inside the signed bytes. */
const ENROLMENT = 'writ/node-enrolment/v1';
const ROTATION = 'writ/node-rotation/v1';
const LOG_KEY = 'writ/node-log-key/v1';

/** What is said at an enrolment: who asks whom, by which code, with which keys. */
export interface EnrolmentClaim {
  /** The control plane as it calls itself: a proof that another one was shown is not good here. */
  readonly audience: string;
  /** The one-time code; what is signed names its hash. */
  readonly code: string;
  /** The node's own key, `name+keyid+base64`. */
  readonly key: string;
  /** Keys that sign the node's log, likewise; all under its origin. */
  readonly logKeys: readonly string[];
}

/** A claim with a signature by each of its keys, in standard base64. */
export interface SignedEnrolment extends EnrolmentClaim {
  /** By the node's own key. */
  readonly proof: string;
  /** By each of `logKeys`, in their order. */
  readonly logProofs: readonly string[];
}

/** A change of a node's key. */
export interface RotationClaim {
  readonly audience: string;
  /** ULIDs. */
  readonly organisation: string;
  readonly node: string;
  /** The key until now, and the one from now on, each `name+keyid+base64`. */
  readonly previous: string;
  readonly key: string;
}

/** The same, signed by both keys. */
export interface SignedRotation extends RotationClaim {
  /** By the key until now: whoever holds the node says so. */
  readonly endorsement: string;
  /** By the new one: it is held. */
  readonly proof: string;
}

/** A further key of a node's log. */
export interface LogKeyClaim {
  readonly audience: string;
  readonly organisation: string;
  readonly node: string;
  readonly key: string;
}

/** Signs what a node says at its enrolment. */
export function signEnrolment(
  { audience, code }: Pick<EnrolmentClaim, 'audience' | 'code'>,
  key: SigningKey,
  logKeys: readonly SigningKey[],
): SignedEnrolment {
  const claim = { audience, code, key: publicKeyText(key), logKeys: logKeys.map(publicKeyText) };
  const bytes = enrolmentBytes(claim);
  return { ...claim, proof: signed(key, bytes), logProofs: logKeys.map((one) => signed(one, bytes)) };
}

/** The keys of `enrolment`, each of which signed it. Throws `identity.signature` where one did not, `key.malformed`, `key.weak`. */
export function verifyEnrolment(enrolment: SignedEnrolment): {
  readonly key: VerifierKey;
  readonly logKeys: readonly VerifierKey[];
} {
  const bytes = enrolmentBytes(enrolment);
  const key = held(enrolment.key, bytes, enrolment.proof);
  if (enrolment.logKeys.length !== enrolment.logProofs.length) throw unproven();
  const logKeys = enrolment.logKeys.map((text, at) => held(text, bytes, enrolment.logProofs[at] ?? ''));
  if (logKeys.some(({ name }) => name !== logKeys[0]?.name))
    throw new Fault('identity.signature', 'the keys of the log are of several logs');
  return { key, logKeys };
}

/** Signs a change of key: with the key until now and the one from now on. */
export function signRotation(
  who: Pick<RotationClaim, 'audience' | 'organisation' | 'node'>,
  previous: SigningKey,
  key: SigningKey,
): SignedRotation {
  const { audience, organisation, node } = who;
  const claim = { audience, organisation, node, previous: publicKeyText(previous), key: publicKeyText(key) };
  const bytes = rotationBytes(claim);
  return { ...claim, endorsement: signed(previous, bytes), proof: signed(key, bytes) };
}

/** The new key of `rotation`, which the key `previous` endorsed and which signed it itself. Throws as {@link verifyEnrolment}. */
export function verifyRotation(rotation: SignedRotation): VerifierKey {
  const bytes = rotationBytes(rotation);
  held(rotation.previous, bytes, rotation.endorsement);
  return held(rotation.key, bytes, rotation.proof);
}

/** Signs that a node's log is signed by `key` too; in standard base64. */
export function signLogKey(who: Omit<LogKeyClaim, 'key'>, key: SigningKey): string {
  return signed(key, logKeyBytes({ ...who, key: publicKeyText(key) }));
}

/** The key of `claim`, which signed it. Throws as {@link verifyEnrolment}. */
export function verifyLogKey(claim: LogKeyClaim, proof: string): VerifierKey {
  return held(claim.key, logKeyBytes(claim), proof);
}

function enrolmentBytes({ audience, code, key, logKeys }: EnrolmentClaim): Uint8Array {
  return utf8(
    canonicalJson({ type: ENROLMENT, audience, code: sha256Hex(utf8(code)), key, logKeys: [...logKeys] }),
  );
}

function rotationBytes({ audience, organisation, node, previous, key }: RotationClaim): Uint8Array {
  return utf8(canonicalJson({ type: ROTATION, audience, organisation, node, previous, key }));
}

function logKeyBytes({ audience, organisation, node, key }: LogKeyClaim): Uint8Array {
  return utf8(canonicalJson({ type: LOG_KEY, audience, organisation, node, key }));
}

function signed(key: SigningKey, bytes: Uint8Array): string {
  return toBase64(key.sign(bytes));
}

/** The key `text`, whose signature over `bytes` is `proof`. */
function held(text: string, bytes: Uint8Array, proof: string): VerifierKey {
  const key = parsePublicKey(text);
  if (key.algorithm !== 'ed25519') throw new Fault('key.malformed', 'a node’s keys are Ed25519');
  if (!verifySignature(key, bytes, signatureOf(proof))) throw unproven();
  return key;
}

function signatureOf(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch {
    throw unproven();
  }
}

function unproven(): Fault {
  return new Fault('identity.signature', 'a key is not shown to be held: its signature does not verify');
}
