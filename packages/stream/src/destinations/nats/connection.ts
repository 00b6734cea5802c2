/** A connection to NATS: who we are, over TLS, without a queue of its own. */
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import type * as Nats from '@nats-io/transport-node';
import type { Authenticator, NatsConnection, NodeConnectionOptions } from '@nats-io/transport-node';
import { type ClientMaterial, readClientTls } from '../../clients/index.ts';
import type { ClientTls, DestinationPorts } from '../../destination.ts';
import type { NatsLogin, NatsSettings } from './settings.ts';

type Checked = Pick<ConnectionOptions, 'checkServerIdentity'>;
type Library = typeof Nats;

/** Longest that one server may take to let us in, in milliseconds. */
const CONNECT_MS = 10_000;

/**
 * A connection to the first of the servers that takes one. It does not come back by itself: what is unsent waits in the log and not in a client, and who sends decides
 * when to try again. Throws what the last server's attempt threw, `config.invalid` and `key.*`.
 */
export async function connectNats(
  library: Library,
  settings: NatsSettings,
  ports: DestinationPorts,
): Promise<NatsConnection> {
  let last: unknown;
  for (const server of settings.servers) {
    const options = optionsFor(library, server, settings, ports);
    try {
      return await library.connect(options);
    } catch (thrown) {
      last = thrown;
    }
  }
  throw last;
}

function optionsFor(
  library: Library,
  server: string,
  { tls, login }: NatsSettings,
  ports: DestinationPorts,
): NodeConnectionOptions {
  return {
    servers: [server],
    name: 'writ',
    ignoreClusterUpdates: true,
    reconnect: false,
    timeout: CONNECT_MS,
    // `null` keeps the library from TLS; an object makes it insist.
    tls: tls === false ? null : tlsFor(server, tls, ports),
    ...(login === undefined ? {} : { authenticator: authenticatorOf(library, login, ports) }),
  };
}

/** The library would compare the certificate of an address with `localhost`: the host that was asked for is named here. */
function tlsFor(server: string, tls: ClientTls, ports: DestinationPorts): ClientMaterial & Checked {
  return {
    ...readClientTls(tls, ports),
    checkServerIdentity: (_name, certificate) => checkServerIdentity(hostOf(server), certificate),
  };
}

/** The host of `host:port`; an IPv6 address stands in brackets. */
function hostOf(server: string): string {
  return server.slice(0, server.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
}

function authenticatorOf(library: Library, login: NatsLogin, ports: DestinationPorts): Authenticator {
  if ('token' in login) return library.tokenAuthenticator(ports.secret(login.token));
  if ('user' in login) return library.usernamePasswordAuthenticator(login.user, ports.secret(login.password));
  const encoder = new TextEncoder();
  if ('seed' in login) return library.nkeyAuthenticator(encoder.encode(ports.secret(login.seed).trim()));
  return library.credsAuthenticator(encoder.encode(ports.secret(login.credentials)));
}
