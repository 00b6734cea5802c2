/** Whether a gateway may listen where it is told to: beyond this machine only over TLS, and only to callers it can tell apart. */
import { Fault } from '@writ/core';
import { formatAddress, isLoopback, isWildcard } from './listen-address.ts';
import type { GatewayConfiguration } from './types.ts';

/**
 * Throws `config.invalid` where the endpoint would be open to others than this machine without TLS, without authentication or without a name to be called by.
 *
 * INVARIANT: `insecure: behind-proxy` stands for TLS alone; nothing stands for authentication.
 */
export function requireSafeExposure(gateway: GatewayConfiguration, isAuthenticated: boolean): void {
  const { listen, isBehindProxy, tls, auth } = gateway;
  if (auth?.kind === 'checked' && auth.certificates.length > 0 && tls?.clientCa === undefined) {
    const hint = 'name who vouches for them: `gateway: {tls: {cert, key, clientCa: clients.pem}}`';
    throw refused('gateway.auth.mtls', 'clients are told apart by certificates, and none is asked for', hint);
  }
  if (isLoopback(listen.host)) return;
  const where = formatAddress(listen);
  if (!isAuthenticated) {
    const hint = 'say who may call with `gateway.auth`, or listen on loopback alone (`127.0.0.1:8640`)';
    throw refused('gateway.auth', `everybody who reaches ${where} could call as the agent`, hint);
  }
  if (tls === undefined && !isBehindProxy) {
    const hint =
      'name `gateway.tls: {cert, key}`; where a proxy in front does TLS, say so: `gateway: {insecure: behind-proxy}`';
    throw refused(
      'gateway.tls',
      `tokens and arguments would cross the network in the clear at ${where}`,
      hint,
    );
  }
  if (isWildcard(listen.host) && namedHosts(gateway).length === 0) {
    const hint =
      'name it: `gateway: {url: https://gateway.example.com/mcp}` or `hosts: [gateway.example.com]`';
    throw refused('gateway.hosts', `nobody could call it by name: ${where} stands for every address`, hint);
  }
}

/** Names that the configuration gives the gateway: `hosts`, and those of its addresses. */
export function namedHosts({
  hosts,
  url,
  auth,
}: Pick<GatewayConfiguration, 'hosts' | 'url' | 'auth'>): readonly string[] {
  const resource = auth?.kind === 'checked' ? auth.resource : undefined;
  const addresses = [url, resource].filter((address) => address !== undefined);
  return [...hosts, ...addresses.map((address) => new URL(address).hostname)];
}

function refused(path: string, problem: string, hint: string): Fault {
  return new Fault('config.invalid', `${problem} in \`${path}\``, { path, hint });
}
