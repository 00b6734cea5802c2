/** Where a gateway that asks nobody who they are may listen. */
import { isIPv4 } from 'node:net';
import { Fault } from '@writ/core';
import type { AuthConfiguration } from './configuration.ts';

/** Whether `host` can be reached from this machine alone. Names other than `localhost` can mean anything. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

/**
 * Throws `config.invalid` where `auth: none` would let in whom the operator did not mean: anybody on the network, or every user of the machine
 * under the name of one (`person: os`).
 */
export function requireSafeListener(
  auth: AuthConfiguration,
  listener: { readonly host: string; readonly isPersonOsUser: boolean },
): void {
  if (auth.kind !== 'none') return;
  if (!isLoopbackHost(listener.host)) {
    const hint = 'configure `issuers`, `tokens` or `mtls`, or listen on 127.0.0.1';
    throw new Fault('config.invalid', '`auth: none` would let in everybody who reaches this machine', {
      path: 'gateway.auth',
      hint,
    });
  }
  if (listener.isPersonOsUser) {
    const hint = 'write the person’s id, or authenticate callers';
    throw new Fault(
      'config.invalid',
      '`person: os` would name the gateway’s own user for every user of this machine',
      { path: 'person', hint },
    );
  }
}
