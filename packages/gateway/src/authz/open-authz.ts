/** The service over a node, opened from a configuration. */
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { type Clock, type Random, systemClock, systemRandom } from '@writ/core';
import { createAuthenticator } from '../auth/index.ts';
import { type Configuration, DEFAULT_AUTHZ, type LocalAddress } from '../config/index.ts';
import { listenLocally, nameOfAddress } from '../egress/index.ts';
import { loadPolicies, openNode, type WritNode } from '../node/index.ts';
import { AUTHZ_SCOPE, createAuthzHandler } from './serve.ts';

/** What the service is opened with. */
export interface AuthzOptions {
  /** `authz` absent means what `DEFAULT_AUTHZ` says. */
  readonly config: Configuration;
  /** Told what an operator should know, one line each. */
  readonly report: (line: string) => void;
  /** Default: the system's. */
  readonly clock?: Clock;
  readonly random?: Random;
}

/** What an operator is told of a service that started. */
export interface AuthzStarted {
  readonly url: string;
  readonly callers: string;
  /** Origin of the log. */
  readonly log: string;
  /** Hash of the policy in force. */
  readonly policy: string;
  readonly mode: string;
}

/** A running service. */
export interface RunningAuthz {
  readonly started: AuthzStarted;
  readonly address: LocalAddress;
  readonly node: WritNode;
  /** Answers what was asked, and closes the log. Idempotent. */
  close(): Promise<void>;
}

const HEAD_BYTES = 65_536;
const HEAD_MS = 10_000;
const REQUEST_MS = 30_000;
const KEEP_ALIVE_MS = 65_000;
const CHECK_MS = 1_000;
const MAX_CONNECTIONS = 1_024;

/** Opens the service of `options.config`. Throws `config.*`, `policy.*`, `key.*`, `log.*`, `io.failed`; nothing is left open then. */
export async function openAuthz({
  config,
  report,
  clock = systemClock,
  random = systemRandom,
}: AuthzOptions): Promise<RunningAuthz> {
  const { listen, url } = config.authz ?? DEFAULT_AUTHZ;
  const node = await openNode({ config, createKeys: true, clock, random, report });
  try {
    await loadPolicies(node);
    const scopes = { all: [AUTHZ_SCOPE], byMethod: {} };
    const authenticator = createAuthenticator(
      { kind: 'checked', issuers: [], certificates: [], hasTokens: true, scopes },
      { clock, data: config.data, report },
    );
    let own = '';
    const handle = createAuthzHandler({
      authenticator,
      ports: { guard: node.guard, now: () => clock.now(), url: () => url ?? own },
    });
    const server = createServer(
      {
        maxHeaderSize: HEAD_BYTES,
        headersTimeout: HEAD_MS,
        requestTimeout: REQUEST_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        connectionsCheckingInterval: CHECK_MS,
        noDelay: true,
        requireHostHeader: true,
        insecureHTTPParser: false,
      },
      (request, response) => void handle(request, response),
    );
    server.maxConnections = MAX_CONNECTIONS;
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.on('upgrade', (_request, socket) => socket.destroy());
    const address = await listenLocally(server, listen);
    own = nameOfAddress(address);
    let closed: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      server.close();
      server.closeIdleConnections();
      await node.close();
      for (const socket of sockets) socket.destroy();
    };
    return {
      address,
      node,
      started: {
        url: url ?? own,
        callers: `API tokens with the scope \`${AUTHZ_SCOPE}\``,
        log: node.log.origin,
        policy: node.policy.current().policyHash,
        mode: node.config.mode,
      },
      close: () => (closed ??= close()),
    };
  } catch (fault) {
    await node.close();
    throw fault;
  }
}
