/** What links to servers over HTTP share. */
import { type Caller, Fault, type JsonObject, type Timers } from '@writ/core';
import type { HeaderAnnotation } from '../../../definitions/index.ts';
import type { Credential } from '../credentials/index.ts';
import type { HttpPool } from './pool.ts';
import type { SharedSubscriptions } from './shared-subscriptions.ts';

/** One session's link to one server. */
export interface LinkOptions {
  readonly name: string;
  readonly isTrusted: boolean;
  /** Shared by all sessions. */
  readonly pool: HttpPool;
  readonly credential: Credential | undefined;
  readonly timers: Timers;
  /** Shared by all sessions. */
  readonly subscriptions: SharedSubscriptions;
  /** Equal for callers of whom the server cannot tell one from the other by what it is shown. */
  readonly shownAs: (caller: Caller | undefined) => string;
  /** Whose session it is; absent means the node's own agent. */
  readonly caller: Caller | undefined;
  /** Arguments of a tool that are mirrored in headers, by its accepted definition; absent means as the server lists it on this link. */
  readonly parameterHeaders?: ((tool: string) => readonly HeaderAnnotation[]) | undefined;
}

/** How every message is sent, besides what its era adds. */
export const POST_HEADERS: readonly string[] = [
  'content-type',
  'application/json',
  'accept',
  'application/json, text/event-stream',
];

/** A message as the body of a request. INVARIANT: the parser bounds nesting, so this neither overflows nor meets anything that is not JSON. */
export function bodyOf(message: JsonObject): Buffer {
  return Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
}

/** The fault for a request that its caller gave up. */
export function aborted(method: string): Fault {
  return new Fault('guard.aborted', `\`${method.slice(0, 60)}\` was given up before its answer came`);
}

/** The fault for a status that says no, and nothing else. */
export function refused(server: string, status: number): Fault {
  const isRedirect = status >= 300 && status < 400;
  const how = isRedirect ? `a redirect (HTTP ${status}), and none is followed` : `HTTP ${status}`;
  const hint = isRedirect ? { hint: `write the address it goes to as \`servers.${server}.url\`` } : {};
  return new Fault('upstream.protocol', `server \`${server}\` answered with ${how}`, {
    server,
    status,
    ...hint,
  });
}

/** The fault for a server that does not keep to the protocol. */
export function broken(server: string, problem: string): Fault {
  return new Fault('upstream.protocol', `server \`${server}\` cannot be used: ${problem}`, { server });
}
