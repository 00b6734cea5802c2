/** A node's signature over one request to its control plane: who sends which bytes where, and when. The header is `Authorization: WritNode CLAIM.SIGNATURE`, both base64url. */
import { sha256Hex } from '../kernel/crypto/index.ts';
import {
  canonicalJson,
  Fault,
  fromUtf8,
  isJsonObject,
  type JsonObject,
  parseStrictJson,
  utf8,
} from '../kernel/index.ts';
import type { StatementSigner } from './action-signature.ts';
import { verifySignature } from './signing-key.ts';

/** Version tag inside the signed bytes. */
export const NODE_PROOF = 'writ/node-proof/v1';
/** Scheme of the header. */
export const NODE_SCHEME = 'WritNode';
/** How old a proof may be, and how far ahead a node's clock, in milliseconds: clocks of machines differ by more than a request takes. */
export const NODE_PROOF_MAX_AGE_MS = 120_000;
const NONCE_PATTERN = /^[A-Za-z0-9_-]{16,64}$/;
const HEADER = /^WritNode ([A-Za-z0-9_-]{1,4000})\.([A-Za-z0-9_-]{86})$/i;
const MAX_CLAIM_LENGTH = 3_000;

/** What a node says with each request. */
export interface NodeProofClaim {
  /** ULID that its enrolment gave it. */
  readonly node: string;
  /** ULID of the organisation that it was enrolled in. */
  readonly organisation: string;
  /** `GET`. */
  readonly method: string;
  /** Origin, path and query, as it was sent. */
  readonly url: string;
  /** SHA-256 of the body in hexadecimal, of no bytes where there is none. */
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** 16 to 64 of `[A-Za-z0-9_-]`, fresh for each request. */
  readonly nonce: string;
}

/** A request as it is proven. */
export interface ProvenRequest {
  readonly method: string;
  readonly url: string;
  readonly body: Uint8Array;
}

/** The value of the header `Authorization` for `request`. */
export function proveRequest(
  request: ProvenRequest,
  who: Pick<NodeProofClaim, 'node' | 'organisation' | 'at' | 'nonce'>,
  signer: StatementSigner,
): string {
  const { method, url, body } = request;
  const claim = { type: NODE_PROOF, keyId: signer.keyId, ...who, method, url, body: sha256Hex(body) };
  const bytes = utf8(canonicalJson(claim));
  return `${NODE_SCHEME} ${base64url(bytes)}.${base64url(signer.sign(bytes))}`;
}

/** A claim that was read and not believed yet. */
export interface ReadProof extends NodeProofClaim {
  readonly keyId: string;
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
}

/** Reads the header; `undefined` where it is of another scheme. Throws `identity.signature` for one that is malformed. */
export function readNodeProof(header: string): ReadProof | undefined {
  if (!/^writnode(?: |$)/i.test(header)) return undefined;
  const [, claim, signature] = HEADER.exec(header) ?? [];
  if (claim === undefined || signature === undefined) throw unproven('is malformed');
  const bytes = Buffer.from(claim, 'base64url');
  const { type, keyId, node, organisation, method, url, body, at, nonce, ...rest } = parse(bytes);
  const texts = [keyId, node, organisation, method, url, body, nonce];
  if (type !== NODE_PROOF || Object.keys(rest).length > 0 || !texts.every((text) => typeof text === 'string'))
    throw unproven('is malformed');
  if (
    typeof at !== 'number' ||
    !Number.isSafeInteger(at) ||
    typeof nonce !== 'string' ||
    !NONCE_PATTERN.test(nonce)
  )
    throw unproven('is malformed');
  const read = { keyId, node, organisation, method, url, body, nonce, at } as unknown as NodeProofClaim & {
    keyId: string;
  };
  return { ...read, bytes, signature: Buffer.from(signature, 'base64url') };
}

/**
 * Returns where `proof` is of the node with `publicKey`, which was parsed, over exactly `request`, and fresh at `now`. Throws `identity.signature` and `identity.expired`. Does not see
 * whether the nonce was used before: that is the server's part.
 */
export function verifyNodeProof(
  proof: ReadProof,
  {
    request,
    publicKey,
    now,
  }: {
    readonly request: ProvenRequest;
    readonly publicKey: Parameters<typeof verifySignature>[0]['publicKey'];
    readonly now: number;
  },
): void {
  if (proof.method !== request.method || proof.url !== request.url) throw unproven('is for another request');
  if (proof.body !== sha256Hex(request.body)) throw unproven('is for another body');
  if (!(Math.abs(now - proof.at) <= NODE_PROOF_MAX_AGE_MS))
    throw new Fault(
      'identity.expired',
      `the node’s proof is of another time: its clock and the server’s differ by ${Math.abs(now - proof.at)} ms`,
    );
  if (!verifySignature({ publicKey }, proof.bytes, proof.signature)) throw unproven('does not verify');
}

function parse(bytes: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = parseStrictJson(fromUtf8(bytes), { maxLength: MAX_CLAIM_LENGTH, maxDepth: 2 });
  } catch (cause) {
    throw new Fault('identity.signature', 'the node’s proof is not JSON', {}, { cause });
  }
  if (!isJsonObject(value)) throw unproven('is malformed');
  return value;
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

function unproven(problem: string): Fault {
  return new Fault('identity.signature', `the node’s proof ${problem}`);
}
