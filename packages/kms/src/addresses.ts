/** Which services are believed before anything is sent there. */
import { Fault } from '@writ/core';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** `address` without a user, path or query, over `https:`, or `http:` on the loopback interface. Throws `config.invalid`; it is not quoted, because it may hold a password. */
export function serviceAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isBare =
    url !== undefined && [url.username, url.password, url.search, url.hash].every((part) => part === '');
  const isPrivate = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (url !== undefined && isBare && isPrivate && url.pathname === '/') return url;
  throw new Fault('config.invalid', 'the address of the key service is not one over `https:`', {
    hint: 'such as `https://vault.example.com:8200`, without a user and a path; `http:` is for the loopback interface',
  });
}
