/** The names that a gateway answers to: a page that makes a browser believe that its own name means this machine (DNS rebinding) says another. */
import { isIPv6 } from 'node:net';
import { type GatewayConfiguration, isLoopback, isWildcard, namedHosts } from '../../config/index.ts';

/** What every loopback listener is called. */
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** What names a gateway. */
export type Named = Pick<GatewayConfiguration, 'listen' | 'hosts' | 'url' | 'auth'>;

/** Hosts that a `Host` header may say, without ports, in lower case. */
export function allowedHosts(gateway: Named): ReadonlySet<string> {
  const { host } = gateway.listen;
  const own = isLoopback(host) ? [...LOOPBACK_NAMES, host] : isWildcard(host) ? [] : [host];
  return new Set([...own.map((name) => (isIPv6(name) ? `[${name}]` : name)), ...namedHosts(gateway)]);
}

/** The host of a `Host` header, without port, in lower case; `undefined` where it is none. */
export function hostOf(header: string | undefined): string | undefined {
  const [, host] = /^(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::\d{1,5})?$/.exec(header ?? '') ?? [];
  return host?.toLowerCase();
}
