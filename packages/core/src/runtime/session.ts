/** Sessions: Writ issues their ids, so that nobody washes labels by opening a new one (architecture, "Sessions and labels"). */
import { BoundedMap, canonicalJson } from '../kernel/index.ts';
import { sha256Hex } from '../kernel/crypto/index.ts';
import type { SessionRef } from '../model/index.ts';

/** Version tag inside every session id. */
const SESSION_TAG = 'writ/session/v1';
/** Hexadecimal digits of an id: 128 bits. */
const ID_DIGITS = 32;
/** Ids of the sessions used last, by what they are hashed from; one that is forgotten is hashed anew. */
const IDS = new BoundedMap<string, string>(1_024);

/** What a session belongs to. */
export interface SessionKey {
  readonly tenant: string;
  readonly node: string;
  /** Agent id. */
  readonly agent: string;
  /** Person id; absent where the agent acts for nobody in particular. */
  readonly person?: string;
  /** What the client called its session. */
  readonly claim?: string;
  /** Whether the claim came with proof of the agent (a signature); otherwise it is noted and does not count. */
  readonly isClaimAuthenticated?: boolean;
}

/**
 * The session of an action: the same for one (tenant, node, agent, person), whatever an unauthenticated client claims.
 * An authenticated claim opens its own session, whose `parent` is the common one, so that labels still join.
 */
export function sessionFor(key: SessionKey): SessionRef {
  const common = sessionId(key, null);
  if (key.claim === undefined) return { id: common };
  if (key.isClaimAuthenticated !== true) return { id: common, claim: key.claim };
  return { id: sessionId(key, key.claim), parent: common, claim: key.claim };
}

function sessionId(key: SessionKey, claim: string | null): string {
  const text = canonicalJson([SESSION_TAG, key.tenant, key.node, key.agent, key.person ?? null, claim]);
  const known = IDS.get(text);
  if (known !== undefined) return known;
  const id = sha256Hex(text).slice(0, ID_DIGITS);
  IDS.set(text, id);
  return id;
}
