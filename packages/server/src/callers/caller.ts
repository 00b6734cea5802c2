/** Who sends a request: taken from an authenticated credential alone, never from a header or a body. */
import type { ActingRole } from '../authority/index.ts';
import type { Actor } from '../state/index.ts';

/** A caller that was authenticated. */
export interface Caller {
  readonly kind: 'person' | 'token' | 'node';
  /** ULID of the person, or of the node. A token acts for its person. */
  readonly id: string;
  /** ULID. Everything that the caller sees or changes is of this organisation. */
  readonly organisation: string;
  readonly roles: readonly ActingRole[];
  /** ULIDs of the teams that the person is of. */
  readonly teams: readonly string[];
  /** ULID of the session, API token or node key that was shown. */
  readonly credential: string;
  /** Names under which the person is found when they ask what is kept of them; empty for nodes. */
  readonly concerns: readonly string[];
  /** Whether a browser sends the credential by itself, so that other sites must be kept from using it. */
  readonly isCookie: boolean;
}

/** A caller as entries name it. */
export function actorOf(caller: Caller): Actor {
  return {
    kind: caller.kind,
    id: caller.kind === 'token' ? caller.credential : caller.id,
    concerns: caller.concerns,
  };
}

/**
 * Looks for one kind of credential. `undefined`: the request has none of it. Throws `request.unauthenticated` for one that is not good, and says not why: nothing else is tried
 * then. `body` reads the body, once however often it is asked: only for who is known to be here, so that strangers fill no memory.
 */
export type Authenticator = (
  request: Request,
  body: () => Promise<Uint8Array>,
) => Promise<Caller | undefined>;
