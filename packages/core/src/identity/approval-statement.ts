/** Approvals as signed text: made by a person, read by every node for itself. */
import {
  canonicalJson,
  Fault,
  isJsonObject,
  type JsonObject,
  parseStrictJson,
  toBase64,
  utf8,
} from '../kernel/index.ts';
import { APPROVAL_STATEMENT, type ApprovalStatement } from '../model/index.ts';
import type { StatementSigner } from './action-signature.ts';

/** Longest statement read, in UTF-16 units. */
const MAX_STATEMENT_LENGTH = 65_536;
/** Longest reason, in UTF-16 units. */
const MAX_REASON_LENGTH = 2_000;
const HEX_64 = /^[0-9a-f]{64}$/;

/** A statement as it is stored: the exact signed text, and the signature in base64. */
export interface SignedApproval {
  readonly statement: string;
  readonly signature: string;
}

/** Everything in a statement but its tag and key. */
export type ApprovalClaim = Omit<ApprovalStatement, 'type' | 'keyId'>;

/** `claim` signed by `signer`: RFC 8785 JSON under Ed25519. Throws `approval.invalid` for a claim that nobody could verify. */
export function signApproval(claim: ApprovalClaim, signer: StatementSigner): SignedApproval {
  const lifts = [...new Set(claim.lifts)].sort();
  const { reason, ...rest } = claim;
  const statement = canonicalJson({
    type: APPROVAL_STATEMENT,
    ...rest,
    lifts,
    keyId: signer.keyId,
    ...(reason === undefined ? {} : { reason }),
  });
  parseApprovalStatement(statement);
  return { statement, signature: toBase64(signer.sign(utf8(statement))) };
}

/** The statement in `text`, which must be exactly its canonical form: no field unknown, none missing. Throws `approval.invalid`. */
export function parseApprovalStatement(text: string): ApprovalStatement {
  const value = parse(text);
  if (!isJsonObject(value) || canonicalJson(value) !== text) throw invalid('is not canonical JSON');
  const {
    type,
    answer,
    hold,
    node,
    performedDigest,
    lifts,
    policyHash,
    expires,
    keyId,
    at,
    reason,
    ...rest
  } = value;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) throw invalid(`has the unknown field \`${unknown.slice(0, 60)}\``);
  if (type !== APPROVAL_STATEMENT) throw invalid(`is not of type \`${APPROVAL_STATEMENT}\``);
  if (answer !== 'approve' && answer !== 'deny') throw invalid('answers neither `approve` nor `deny`');
  const statement: ApprovalStatement = {
    type,
    answer,
    hold: requireText(hold, 'hold'),
    node: requireText(node, 'node'),
    performedDigest: requireHash(performedDigest, 'performedDigest'),
    lifts: requireLifts(lifts),
    policyHash: requireHash(policyHash, 'policyHash'),
    expires: requireTime(expires, 'expires'),
    keyId: requireText(keyId, 'keyId'),
    at: requireTime(at, 'at'),
  };
  if (reason === undefined) return statement;
  if (typeof reason !== 'string' || reason.length > MAX_REASON_LENGTH)
    throw invalid('has an overlong `reason`');
  return { ...statement, reason };
}

function parse(text: string): unknown {
  try {
    return parseStrictJson(text, { maxLength: MAX_STATEMENT_LENGTH, maxDepth: 4 });
  } catch (cause) {
    throw new Fault('approval.invalid', 'the approval is not JSON', {}, { cause });
  }
}

function requireText(value: JsonObject[string] | undefined, field: string): string {
  if (typeof value !== 'string' || value === '' || value.length > 1024)
    throw invalid(`has no usable \`${field}\``);
  return value;
}

function requireHash(value: JsonObject[string] | undefined, field: string): string {
  const text = requireText(value, field);
  if (!HEX_64.test(text)) throw invalid(`has a \`${field}\` that is no SHA-256`);
  return text;
}

function requireTime(value: JsonObject[string] | undefined, field: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw invalid(`has no usable \`${field}\``);
  return value;
}

function requireLifts(value: JsonObject[string] | undefined): readonly string[] {
  if (!Array.isArray(value) || value.length > 256) throw invalid('has no usable `lifts`');
  const lifts = value.map((hash: JsonObject[string]) => requireHash(hash, 'lifts'));
  // Strictly ascending: sorted and each once, so that equal approvals are equal texts.
  if (lifts.some((hash, index) => index > 0 && hash <= (lifts[index - 1] ?? '')))
    throw invalid('has unsorted `lifts`');
  return lifts;
}

function invalid(problem: string): Fault {
  return new Fault('approval.invalid', `the approval ${problem}`);
}
