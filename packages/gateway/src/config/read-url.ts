/** Addresses of servers: absolute, and private on their way. */
import { invalid } from './place.ts';
import type { PlacedValue } from './read-yaml.ts';
import { readText } from './shape.ts';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * `value` as a URL: `https:`, or `http:` on the loopback interface and where `isInsecure`; without user and fragment.
 * Never quoted in a fault: what stands in a URL by mistake may be a secret.
 */
export function readUrl(value: PlacedValue, isInsecure = false): string {
  const hint =
    'such as `https://mcp.example.com/mcp`, without a user and a fragment; `http:` is for the loopback interface, or with `insecure: true`';
  const text = value.kind === 'scalar' && typeof value.value === 'string' ? readText(value) : '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBare = url !== undefined && [url.username, url.password, url.hash].every((part) => part === '');
  const isPrivate =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && (isInsecure || LOOPBACK.test(url.hostname)));
  if (isBare && isPrivate) return url.href;
  throw invalid(value.place, 'the address of a server over `https:` is expected', hint);
}
