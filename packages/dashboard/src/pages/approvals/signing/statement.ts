/** What is signed: made here, out of what the page shows, and of nothing that a server says beside it. */
import { canonicalJson, plainSha256 } from '@writ/core/proof';

/** What an answer is about. */
export interface AnsweredHold {
  readonly hold: string;
  readonly logNode: string;
  readonly digest: string;
  readonly policyHash: string;
  readonly expires: number;
}

/** The statement of an answer, as nodes read it (`writ/approval/v1`): canonical JSON. A refusal lifts nothing. */
export function statementOf(
  { hold, logNode, digest, policyHash, expires }: AnsweredHold,
  given: {
    readonly answer: 'approve' | 'deny';
    /** Content hashes of policies. */
    readonly lifts: readonly string[];
    readonly keyId: string;
    /** Milliseconds since 1970. */
    readonly at: number;
    readonly reason: string;
  },
): string {
  const { answer, lifts, keyId, at, reason } = given;
  return canonicalJson({
    type: 'writ/approval/v1',
    answer,
    hold,
    node: logNode,
    performedDigest: digest,
    lifts: answer === 'deny' ? [] : [...new Set(lifts)].sort(),
    policyHash,
    expires,
    keyId,
    at,
    ...(reason === '' ? {} : { reason }),
  });
}

/** The challenge that an authenticator signs for `statement`, base64url. */
export function challengeOf(statement: string): string {
  const digest = plainSha256(new TextEncoder().encode(statement));
  return btoa(String.fromCharCode(...digest))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
