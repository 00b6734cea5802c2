/** What the head of a request must be like, so that nobody behind the proxy reads it otherwise. */
import type { IncomingMessage } from 'node:http';
import { normalHost } from '../../network/index.ts';
import type { Malformed, Target } from './target.ts';

/** Headers of one connection, not of the message (RFC 9110 §7.6.1), and those that are for a proxy alone. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);
/** Headers that come once: of two, each reader would believe another. */
const ONCE: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'proxy-authorization',
  'expect',
]);
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Why the head of `request` is refused; `undefined` where it is plain. `most`: header fields at most. */
export function headProblem(request: IncomingMessage, most: number): Malformed | undefined {
  const { rawHeaders, headers, method } = request;
  if (rawHeaders.length / 2 > most)
    return { code: 'egress.headers', message: `more than ${most} header fields came` };
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    if (!TOKEN.test(name) || /[\r\n\0]/.test(rawHeaders[at + 1] ?? ''))
      return { code: 'egress.headers', message: 'a header field cannot be read' };
    if (ONCE.has(name) && seen.has(name))
      return { code: 'egress.headers', message: `the \`${name}\` header came twice` };
    seen.add(name);
  }
  const encoding = headers['transfer-encoding'];
  const length = headers['content-length'];
  if (encoding !== undefined && (encoding.toLowerCase() !== 'chunked' || length !== undefined))
    return {
      code: 'egress.framing',
      message: 'the length of the body is said in two ways, or in an odd one',
    };
  if (length !== undefined && !/^\d{1,15}$/.test(length))
    return { code: 'egress.framing', message: 'the length of the body cannot be read' };
  if (method === 'CONNECT' && (encoding !== undefined || (length !== undefined && length !== '0')))
    return { code: 'egress.framing', message: 'CONNECT has no body' };
  return undefined;
}

/** Why the `Host` header does not say what the request line says (RFC 9112 §3.2); a request of HTTP/1.0 may leave it out. */
export function hostHeaderProblem(
  request: Pick<IncomingMessage, 'headers' | 'httpVersion'>,
  { host, port }: Pick<Target, 'host' | 'port'>,
  defaultPort: number,
): Malformed | undefined {
  const header = request.headers.host;
  if (header === undefined && request.httpVersion === '1.0') return undefined;
  const [, name = '', digits] =
    /^(\[[0-9A-Fa-f:.]{2,45}\]|[^:[\]]{1,254})(?::(\d{1,5}))?$/.exec(header ?? '') ?? [];
  const saysPort = digits === undefined ? defaultPort : Number(digits);
  // Clients leave the port of a tunnel out of the header; the host is what counts there.
  const isSame =
    normalHost(name) === host && (saysPort === port || (digits === undefined && defaultPort === 0));
  if (isSame) return undefined;
  return { code: 'egress.host-header', message: 'the `Host` header names another host than the request' };
}

/** The headers of a message that go on, in their order and letter case, as a flat list of names and values. */
export function endToEnd(
  rawHeaders: readonly string[],
  connection: string | undefined,
  without: readonly string[] = [],
): string[] {
  const dropped = new Set([
    ...HOP_BY_HOP,
    ...without,
    ...(connection ?? '').split(',').map((name) => name.trim().toLowerCase()),
  ]);
  const kept: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!dropped.has(name.toLowerCase())) kept.push(name, rawHeaders[at + 1] ?? '');
  }
  return kept;
}
