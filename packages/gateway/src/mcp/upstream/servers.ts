/** The servers behind a gateway, and what all its sessions share of them: connections, credentials, and what is known of their eras. */
import type { Writable } from 'node:stream';
import { type Caller, type Clock, systemClock, type Timers } from '@writ/core';
import type { HeaderAnnotation } from '../../definitions/index.ts';
import type { HttpServer, ProcessServer, UpstreamConfig } from '../ports.ts';
import {
  type CredentialReport,
  type CredentialStops,
  type OpenCredential,
  openCredential,
  type SubjectTokens,
} from './credentials/index.ts';
import type { Era } from './era.ts';
import { HttpPool, LegacyHttpUpstream, ModernHttpUpstream, SharedSubscriptions } from './http/index.ts';
import { type EraMemory, NegotiatedUpstream } from './negotiated.ts';
import { StdioUpstream } from './stdio-upstream.ts';
import type { Upstream, UpstreamHandlers } from './types.ts';

/** How long a listing of a server's tools holds where nobody says otherwise: it may be replaced behind its address without a word. */
export const DEFAULT_LISTING_MS = 60_000;

/** What they stand on. */
export interface ServersOptions {
  /** What started servers inherit a minimum of, and where secrets are found. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For what started servers write for people. */
  readonly stderr: Writable;
  readonly timers: Timers;
  /** Whether lines on `stderr` say which server they are from; absent means where there are several. */
  readonly prefixed?: boolean;
  /** Absent means the system's. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Callers' tokens, for servers that want one in exchange; absent where no face takes any. */
  readonly tokens?: SubjectTokens;
  /** Tells who is stopped: nothing is shown for them. Said wherever servers are reached, so that nobody forgets it; `undefined` where nobody can be stopped. */
  readonly stops: CredentialStops | undefined;
  /** Data folder, absolute, where sign-ins and keys are kept; absent where nothing is. */
  readonly data?: string | undefined;
  /** Told what becomes of credentials; absent where nobody listens. */
  readonly report?: CredentialReport;
  /** Arguments that are mirrored in headers, by a tool's accepted definition; absent means as the server listed it to the session. */
  readonly parameterHeaders?: (server: string, tool: string) => readonly HeaderAnnotation[];
}

/** Whose session it is. */
export interface SessionClient {
  /** The era its client speaks; absent where its first request says it. */
  readonly era?: Era;
  /** Absent means the node's own agent. */
  readonly caller?: Caller;
}

interface Reached {
  readonly pool: HttpPool;
  readonly subscriptions: SharedSubscriptions;
  readonly credential: OpenCredential | undefined;
}

/** All configured servers. */
export class Servers {
  readonly #options: ServersOptions;
  #configs: readonly UpstreamConfig[] = [];
  /** By their configuration: one that changed is another server. */
  readonly #reached = new Map<string, Reached>();
  readonly #eras = new Map<string, Era>();

  /** Reads certificates and secrets now. Throws `config.*` and `key.*` where one is missing, `upstream.start` for an address that is refused. */
  constructor(configs: readonly UpstreamConfig[], options: ServersOptions) {
    this.#options = options;
    this.replace(configs);
  }

  /** Takes another configuration, and throws as the constructor does, and then keeps the one before. Connections to what is no more are closed once they are idle. */
  replace(configs: readonly UpstreamConfig[]): void {
    for (const config of configs) if ('url' in config) this.#prepare(config);
    this.#configs = configs;
    const kept = new Set(configs.map(keyOf));
    for (const [key, { pool, credential }] of Array.from(this.#reached)) {
      if (kept.has(key)) continue;
      this.#reached.delete(key);
      this.#eras.clear();
      void pool.close('idle');
      void credential?.close();
    }
  }

  /** Opens one session's link to `config`. A server that is not there is found out by the first request. Throws as the constructor does where it was not configured before. */
  open(config: UpstreamConfig, handlers: UpstreamHandlers, client: SessionClient = {}): Upstream {
    if ('url' in config) this.#prepare(config);
    return this.#open(config, handlers, client);
  }

  /** {@link open} for each configured server, in order. */
  openAll(handlers: UpstreamHandlers, client: SessionClient = {}): readonly Upstream[] {
    return this.#configs.map((config) => this.open(config, handlers, client));
  }

  /** Ends connections that sessions left. Idempotent. */
  async close(): Promise<void> {
    const all = Array.from(this.#reached.values());
    this.#reached.clear();
    await Promise.all(
      all.map(async ({ pool, credential }) => {
        await Promise.all([pool.close('now'), credential?.close()]);
      }),
    );
  }

  #prepare(config: HttpServer): Reached {
    const key = keyOf(config);
    const known = this.#reached.get(key);
    if (known !== undefined) return known;
    const { auth } = config;
    const { clock = systemClock } = this.#options;
    const credential =
      auth === undefined ? undefined : openCredential(config, auth, { ...this.#options, clock });
    const reached = {
      pool: new HttpPool(config),
      subscriptions: new SharedSubscriptions(config.name),
      credential,
    };
    this.#reached.set(key, reached);
    return reached;
  }

  #open(config: UpstreamConfig, handlers: UpstreamHandlers, client: SessionClient): Upstream {
    const { name, isTrusted = false, era = 'auto' } = config;
    const isProcess = !('url' in config);
    const negotiation = {
      name,
      isTrusted,
      clientEra: client.era,
      era: era === 'auto' ? undefined : era,
      isProcess,
      listingMs: 'url' in config ? (config.listingMs ?? DEFAULT_LISTING_MS) : undefined,
      open: (linkEra: Era, inner: UpstreamHandlers) =>
        'url' in config ? this.#reach(config, linkEra, inner, client.caller) : this.#start(config, inner),
      known: this.#memory(keyOf(config)),
      timers: this.#options.timers,
    };
    return new NegotiatedUpstream(negotiation, handlers);
  }

  #start(config: ProcessServer, handlers: UpstreamHandlers): Upstream {
    const { environment, stderr, timers, prefixed = this.#configs.length > 1 } = this.#options;
    return new StdioUpstream(config, handlers, { environment, stderr, prefixed, timers });
  }

  #reach(config: HttpServer, era: Era, handlers: UpstreamHandlers, caller: Caller | undefined): Upstream {
    const { name, isTrusted = false } = config;
    const reached = this.#prepare(config);
    const { timers, parameterHeaders } = this.#options;
    const options = {
      name,
      isTrusted,
      pool: reached.pool,
      credential: reached.credential?.credential,
      timers,
      subscriptions: reached.subscriptions,
      // Some credentials are made for each caller.
      shownAs: (by: Caller | undefined) =>
        config.auth?.kind === 'tokenExchange' ? JSON.stringify(by ?? null) : '',
      caller,
      parameterHeaders:
        parameterHeaders === undefined ? undefined : (tool: string) => parameterHeaders(name, tool),
    };
    return era === 'modern'
      ? new ModernHttpUpstream(options, handlers)
      : new LegacyHttpUpstream(options, handlers);
  }

  #memory(server: string): EraMemory {
    const key = (clientEra: Era): string => `${clientEra} ${server}`;
    return {
      get: (clientEra) => this.#eras.get(key(clientEra)),
      set: (clientEra, era) => {
        if (era === undefined) this.#eras.delete(key(clientEra));
        else this.#eras.set(key(clientEra), era);
      },
    };
  }
}

/** Equal for equal configurations. It names where secrets are, and holds none. */
function keyOf(config: UpstreamConfig): string {
  return JSON.stringify(config);
}
