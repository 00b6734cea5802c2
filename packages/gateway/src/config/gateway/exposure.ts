/** Whether a gateway may listen where it is told to: beyond this machine only over TLS, and only to callers it can tell apart. */
import { Fault } from '@writ/core';
import { formatAddress, isLoopback, isWildcard } from './listen-address.ts';
import type { GatewayConfiguration } from './types.ts';

/**
 * Throws `config.invalid` where the endpoint would be open to others than this machine without TLS, without authentication or without a name to be called by.
 *
 * INVARIANT: `insecure: behind-proxy` stands for TLS alone; nothing stands for authentication.
 */
export function requireSafeExposure(
  { listen, isBehindProxy, tls, hosts, url }: GatewayConfiguration,
  isAuthenticated: boolean,
): void {
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
  if (isWildcard(listen.host) && hosts.length === 0 && url === undefined) {
    const hint =
      'name it: `gateway: {url: https://gateway.example.com/mcp}` or `hosts: [gateway.example.com]`';
    throw refused('gateway.hosts', `nobody could call it by name: ${where} stands for every address`, hint);
  }
}

function refused(path: string, problem: string, hint: string): Fault {
  return new Fault('config.invalid', `${problem} in \`${path}\``, { path, hint });
}
