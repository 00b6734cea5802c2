/** Addresses to listen at: `HOST:PORT`, with brackets around IPv6. */
import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { ListenAddress } from './types.ts';

const ADDRESS = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([A-Za-z0-9.-]{1,253})):(\d{1,5})$/;
const MAX_PORT = 65_535;

/** What {@link readAddress} takes, for hints. */
export const ADDRESS_HINT =
  'write HOST:PORT, such as `127.0.0.1:8640` or `[::1]:8640`; port 0 takes a free one';

/** `text` as an address; `undefined` where it is none. */
export function readAddress(text: string): ListenAddress | undefined {
  const [, six, other = '', digits = ''] = ADDRESS.exec(text) ?? [];
  const host = six ?? other;
  const port = Number(digits);
  if (host === '' || port > MAX_PORT || (six !== undefined && !isIPv6(six))) return undefined;
  return { host: host.toLowerCase(), port };
}

/** `address` as {@link readAddress} reads it. */
export function formatAddress({ host, port }: ListenAddress): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** Whether only this machine reaches `host`. A name other than `localhost` may mean anything, and is not believed. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIPv4(host) && host.startsWith('127.');
}

/** Whether `host` stands for every address of this machine. */
export function isWildcard(host: string): boolean {
  return isIP(host) !== 0 && /^[0:.]+$/.test(host);
}
