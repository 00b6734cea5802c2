/** Progress tokens: whose they are, so that no server can report on another's work. */
import { BoundedMap, type JsonObject, ownProperty } from '@writ/core';
import { idKey, isRpcId, type RpcId } from '../rpc/index.ts';
import type { Upstream } from '../upstream/index.ts';

/** Tokens remembered in each direction; the least recently used leave first, and their progress is dropped. */
const CAPACITY = 4_096;

/** The tokens of one connection. Behind a single server all tokens are its own and pass as they are. */
export class ProgressTokens {
  readonly #isSingle: boolean;
  /** Tokens of the client, with the server that was given them. A token may outlive its request (tasks). */
  readonly #given = new BoundedMap<string, Upstream>(CAPACITY);
  /** Tokens of servers, under the ones the client was given instead. */
  readonly #taken = new BoundedMap<string, { readonly upstream: Upstream; readonly token: RpcId }>(CAPACITY);
  #next = 1;

  constructor(isSingle: boolean) {
    this.#isSingle = isSingle;
  }

  /** The client's request with `meta` goes to `upstream`. */
  give(upstream: Upstream, meta: JsonObject | undefined): void {
    const token = meta === undefined ? undefined : ownProperty(meta, 'progressToken');
    if (isRpcId(token)) this.#given.set(idKey(token), upstream);
  }

  /** Whether `upstream` may report progress for the token in `args`. */
  isFor(upstream: Upstream, args: JsonObject): boolean {
    if (this.#isSingle) return true;
    const token = ownProperty(args, 'progressToken');
    return isRpcId(token) && this.#given.get(idKey(token)) === upstream;
  }

  /** `meta` of a server's request as the client gets it: two servers may use one token. */
  toClient(upstream: Upstream, meta: JsonObject | undefined): JsonObject | undefined {
    const token = meta === undefined ? undefined : ownProperty(meta, 'progressToken');
    if (this.#isSingle || !isRpcId(token)) return meta;
    const progressToken = this.#next;
    this.#next += 1;
    this.#taken.set(idKey(progressToken), { upstream, token });
    return { ...meta, progressToken };
  }

  /** The server that the client's progress is for, and the parameters with the server's own token; `undefined` where none asked. */
  toServer(args: JsonObject): { readonly upstream: Upstream; readonly args: JsonObject } | undefined {
    const token = ownProperty(args, 'progressToken');
    const taken = isRpcId(token) ? this.#taken.get(idKey(token)) : undefined;
    if (taken === undefined) return undefined;
    return { upstream: taken.upstream, args: { ...args, progressToken: taken.token } };
  }
}
