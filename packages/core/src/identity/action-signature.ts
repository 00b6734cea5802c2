/** An agent's signature over one action: which action, for whom, when, once. */
import { canonicalJson, Fault, fromBase64, type JsonObject, toBase64, utf8 } from '../kernel/index.ts';
import { parseEd25519PublicKey } from '../proof/index.ts';
import { publicKeyId, verifySignature } from './signing-key.ts';

/** Version tag inside the signed bytes. */
export const ACTION_STATEMENT = 'writ/agent-action/v1';
/** How old a signature may be, in milliseconds: long enough for a slow hop, short enough that nonces need not be asked for later. */
export const SIGNATURE_MAX_AGE_MS = 60_000;
/** How far ahead a signer's clock may be, in milliseconds. */
export const SIGNATURE_MAX_SKEW_MS = 5_000;
const NONCE_PATTERN = /^[A-Za-z0-9_-]{16,64}$/;

/** What an agent says with its signature. */
export interface ActionClaim {
  /** Digest of the action (`actionDigest`), 64 hexadecimal digits. */
  readonly digest: string;
  /** 16 to 64 of `[A-Za-z0-9_-]`, fresh for each signature; a ULID is one. */
  readonly nonce: string;
  /** Node id of the guard it is meant for. */
  readonly audience: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A claim and its signature, as it is recorded. */
export interface SignedAction extends ActionClaim {
  readonly keyId: string;
  /** 64 bytes, standard base64. */
  readonly signature: string;
}

/** Who signs: the agent's key, or a port to where it is kept. */
export interface StatementSigner {
  readonly keyId: string;
  sign(statement: Uint8Array): Uint8Array;
}

/** What a signature must be for. */
export interface ExpectedAction {
  /** Raw public key of the agent, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly digest: string;
  readonly audience: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** `claim` signed by `signer`. */
export function signAction(claim: ActionClaim, signer: StatementSigner): SignedAction {
  const signature = signer.sign(statementBytes(claim, signer.keyId));
  return { ...claim, keyId: signer.keyId, signature: toBase64(signature) };
}

/**
 * Returns where `signed` is the agent's, over exactly this action, for this audience and fresh. Throws `identity.signature`, `identity.expired`,
 * `key.malformed`, `key.weak`.
 *
 * Does not see whether the nonce was used before: that is {@link nonceKey}'s part, in the transaction that records the action.
 */
export function verifyActionSignature(signed: SignedAction, expected: ExpectedAction): void {
  const publicKey = parseEd25519PublicKey(expected.publicKey);
  if (signed.keyId !== publicKeyId(publicKey)) throw unsigned('is of another key than the agent’s');
  if (signed.digest !== expected.digest) throw unsigned('is over another action');
  if (signed.audience !== expected.audience) throw unsigned('is meant for another node');
  if (!NONCE_PATTERN.test(signed.nonce)) throw unsigned('has no usable nonce');
  const age = expected.now - signed.at;
  if (!(age <= SIGNATURE_MAX_AGE_MS && age >= -SIGNATURE_MAX_SKEW_MS)) {
    throw new Fault(
      'identity.expired',
      `the agent’s signature is ${age} ms old, expected at most ${SIGNATURE_MAX_AGE_MS}`,
    );
  }
  if (
    !verifySignature({ publicKey }, statementBytes(signed, signed.keyId), decodeSignature(signed.signature))
  ) {
    throw unsigned('does not verify');
  }
}

/** The key that an entry consumes, so that a nonce counts once per key for as long as the log exists. */
export function nonceKey(signed: Pick<SignedAction, 'keyId' | 'nonce'>): string {
  return `nonce:${signed.keyId}:${signed.nonce}`;
}

function statementBytes(claim: ActionClaim, keyId: string): Uint8Array {
  const { digest, nonce, audience, at } = claim;
  const statement: JsonObject = { type: ACTION_STATEMENT, digest, nonce, audience, at, keyId };
  return utf8(canonicalJson(statement));
}

function decodeSignature(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch (cause) {
    throw new Fault('identity.signature', 'the agent’s signature is not base64', {}, { cause });
  }
}

function unsigned(problem: string): Fault {
  return new Fault('identity.signature', `the agent’s signature ${problem}`);
}
