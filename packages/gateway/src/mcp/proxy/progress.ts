/** Progress tokens: whose they are, so that no server can report on another's work, and no client hears of another's. */
import { BoundedMap, type JsonObject, ownProperty } from '@writ/core';
import { type ClientChannel, idKey, isRpcId, type RpcId } from '../rpc/index.ts';
import type { ClientCall, Upstream } from '../upstream/index.ts';

/** Tokens remembered in each direction; the least recently used leave first, and their progress is dropped. */
const CAPACITY = 4_096;

/** What is known of a session: how many servers it has, and whether several clients share it. */
export interface TokenSharing {
  /** A single server's tokens are its own and pass as they are. */
  readonly isSingleServer: boolean;
  /** Clients choose tokens each for itself, so in a shared session servers are given others. */
  readonly isShared: boolean;
}

/** Progress on its way to the client: where to, and with the client's own token. */
interface ForClient {
  /** Absent where no request is known to have asked for it. */
  readonly channel?: ClientChannel;
  readonly args: JsonObject;
}

interface Given {
  readonly upstream: Upstream;
  readonly channel: ClientChannel;
  /** The client's own. */
  readonly token: RpcId;
}

/** The tokens of one session. */
export class ProgressTokens {
  readonly #sharing: TokenSharing;
  /** Tokens of the client, as the server knows them. A token may outlive its request (tasks). */
  readonly #given = new BoundedMap<string, Given>(CAPACITY);
  /** Tokens of servers, under the ones the client was given instead. */
  readonly #taken = new BoundedMap<string, { readonly upstream: Upstream; readonly token: RpcId }>(CAPACITY);
  #next = 1;

  constructor(sharing: TokenSharing) {
    this.#sharing = sharing;
  }

  /** The client's request `call` with `meta` goes to `upstream`; returns the `meta` to send. */
  give(upstream: Upstream, meta: JsonObject | undefined, { channel }: ClientCall): JsonObject | undefined {
    const token = meta === undefined ? undefined : ownProperty(meta, 'progressToken');
    if (!isRpcId(token)) return meta;
    const progressToken = this.#sharing.isShared ? this.#fresh() : token;
    this.#given.set(idKey(progressToken), { upstream, channel, token });
    return { ...meta, progressToken };
  }

  /** The progress in `args`, reported by `upstream`, as its client may hear it; `undefined` where it may not report that. */
  forClient(upstream: Upstream, args: JsonObject): ForClient | undefined {
    const token = ownProperty(args, 'progressToken');
    const given = isRpcId(token) ? this.#given.get(idKey(token)) : undefined;
    if (given?.upstream === upstream) {
      return { channel: given.channel, args: { ...args, progressToken: given.token } };
    }
    const { isSingleServer, isShared } = this.#sharing;
    return isSingleServer && !isShared ? { args } : undefined;
  }

  /** `meta` of a server's request as the client gets it: two servers may use one token. */
  toClient(upstream: Upstream, meta: JsonObject | undefined): JsonObject | undefined {
    const token = meta === undefined ? undefined : ownProperty(meta, 'progressToken');
    if (this.#sharing.isSingleServer || !isRpcId(token)) return meta;
    const progressToken = this.#fresh();
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

  #fresh(): number {
    const token = this.#next;
    this.#next += 1;
    return token;
  }
}
