/** A credential that ends with whom it is for: while an agent, a server or everything is stopped nothing is shown, nothing new is asked for, and what was held is gone. */
import { type Caller, Fault } from '@writ/core';
import type { Credential, Holding, StoppedSubject } from './types.ts';

/** Tells who is stopped. A subject is whom a token is for; absent: the node's own agent. */
export interface CredentialStops {
  isStopped(subject: StoppedSubject | undefined, server: string): boolean;
  /** Calls `stopped` once when it is. The end of watching. */
  watch(subject: StoppedSubject | undefined, stopped: () => void, server: string): () => void;
}

/** It, and the end of watching what is held. */
export interface StoppedCredential {
  readonly credential: Credential;
  /** Idempotent. */
  close(): void;
}

/** Most that is watched at once, as many as tokens are held; what is beyond is dropped when it is asked for. */
const MOST_WATCHED = 10_000;
/** For whom a token is that everybody shares: stopped with its server or with everything, and by no agent's stop. */
const SHARED: StoppedSubject = { agent: { id: '' }, chain: [] };

/** `inner` for the server `server`, as long as `stops` says nothing. */
export function stoppedCredential(
  server: string,
  inner: Credential,
  stops: CredentialStops,
): StoppedCredential {
  /** Ends of watching, by what is held. */
  const watched = new Map<string, () => void>();
  const forget = ({ key, forget: drop }: Holding): void => {
    watched.get(key)?.();
    watched.delete(key);
    drop();
  };
  const watch = (caller: Caller | undefined): void => {
    const held = inner.holding?.(caller);
    if (held === undefined || watched.has(held.key)) return;
    const subject = held.isShared ? SHARED : subjectOf(caller);
    const [oldest] = watched;
    if (oldest !== undefined && watched.size >= MOST_WATCHED) {
      oldest[1]();
      watched.delete(oldest[0]);
    }
    watched.set(
      held.key,
      stops.watch(subject, () => forget(held), server),
    );
  };
  const requireGoing = (caller: Caller | undefined): void => {
    if (!stops.isStopped(subjectOf(caller), server)) return;
    const held = inner.holding?.(caller);
    if (held !== undefined && (!held.isShared || stops.isStopped(SHARED, server))) forget(held);
    throw new Fault(
      'upstream.credential',
      `nothing is shown to server \`${server}\`: who calls it, or it, was stopped`,
      { server },
    );
  };
  return {
    credential: {
      name: inner.name,
      async headers(request, caller) {
        requireGoing(caller);
        const headers = await inner.headers(request, caller);
        watch(caller);
        // Whoever was stopped while it was fetched is shown to nobody.
        requireGoing(caller);
        return headers;
      },
      async refused(refusal, caller) {
        requireGoing(caller);
        return inner.refused(refusal, caller);
      },
      ...(inner.heard === undefined ? {} : { heard: (nonce: string) => inner.heard?.(nonce) }),
    },
    close() {
      for (const end of watched.values()) end();
      watched.clear();
    },
  };
}

/** Who a caller is, and nothing that holds its token. */
function subjectOf(caller: Caller | undefined): StoppedSubject | undefined {
  if (caller === undefined) return undefined;
  const { agent, chain = [] } = caller;
  return { agent, chain };
}
