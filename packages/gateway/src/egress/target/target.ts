/** Where a request wants to go, read from its first line; one reading, and what is not exactly that is refused. */
import { normalHost, urlHost } from '../../network/index.ts';

/** What is spoken with the host. `tcp`: a tunnel of which nothing is known. */
export type Scheme = 'http' | 'https' | 'ws' | 'wss' | 'tcp';

/** A place to go to. */
export interface Target {
  readonly scheme: Scheme;
  /** As `normalHost` writes it. */
  readonly host: string;
  readonly port: number;
  /** Method, where one is visible: not of a tunnel. */
  readonly method?: string;
  /** Path and query as they will be sent, where they are visible. */
  readonly resource?: string;
}

/** Why a request cannot be read: told to the client, counted, and never judged. */
export interface Malformed {
  readonly code: MalformedCode;
  /** One sentence of our own; nothing of the request. */
  readonly message: string;
}

/** Codes of what cannot be read, as the log counts them. */
export type MalformedCode =
  | 'egress.target'
  | 'egress.host'
  | 'egress.host-header'
  | 'egress.scheme'
  | 'egress.userinfo'
  | 'egress.framing'
  | 'egress.headers'
  | 'egress.upgrade';

const AUTHORITY = /^(\[[0-9A-Fa-f:.]{2,45}\]|[^:[\]]{1,254}):(\d{1,5})$/;
const ABSOLUTE = /^([A-Za-z][A-Za-z0-9+.-]{0,31}):\/\/([^/?#]{1,300})([/?][^#]*)?$/;
const MAX_PORT = 65_535;
/** Characters that mean the same encoded or not (RFC 3986 §6.2.2.2): letters, digits, `-`, `.`, `_`, `~`. */
const UNRESERVED = /^[\w.~-]$/;
const ENCODED = /%([\da-f]{2})/gi;
/** A percent sign that encodes nothing: with what is decoded behind it, it would. */
const BROKEN_ENCODING = /%(?![\da-f]{2})/i;
/** A dot, a slash or a backslash, percent-encoded once or more often. */
const ENCODED_MARK = /%(?:25)*(2e|2f|5c)/gi;
/** A dot segment, alone or with a parameter behind it as some servers have them (`..;x`). */
const DOT_SEGMENT = /^\.{1,2}(?:;|$)/;
/** Ports that a scheme has by itself. */
export const DEFAULT_PORTS: Readonly<Record<Scheme, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  tcp: 0,
};

/** Whether `read` is why not. */
export function isMalformed(read: object): read is Malformed {
  return 'code' in read;
}

/** `host:port` of CONNECT (RFC 9110 §9.3.6). */
export function readAuthority(text: string): { readonly host: string; readonly port: number } | Malformed {
  const problem = foreign(text);
  if (problem !== undefined) return problem;
  const [, name = '', digits = ''] = AUTHORITY.exec(text) ?? [];
  const port = Number(digits);
  if (name === '' || port < 1 || port > MAX_PORT)
    return { code: 'egress.target', message: 'CONNECT takes a host and a port, `example.com:443`' };
  const host = normalHost(name);
  return host === undefined ? noHost() : { host, port };
}

/** The URL of a plain request (RFC 9112 §3.2.2), which is `http:` with host and path: `isUpgrade` makes it `ws`. */
export function readAbsolute(text: string, method: string, isUpgrade: boolean): Target | Malformed {
  if (text.startsWith('/') || text === '*')
    return { code: 'egress.target', message: 'this is a proxy: requests name the whole URL, or CONNECT' };
  const problem = foreign(text);
  if (problem !== undefined) return problem;
  const [, scheme = '', authority = '', rest = ''] = ABSOLUTE.exec(text) ?? [];
  if (authority === '') return { code: 'egress.target', message: 'the URL cannot be read' };
  if (scheme.toLowerCase() !== 'http') {
    const message = 'plain requests are for `http:`; everything else goes through CONNECT';
    return { code: 'egress.scheme', message };
  }
  const withPort = /:\d{1,5}$/.test(authority) ? authority : `${authority}:80`;
  const place = readAuthority(withPort);
  if (isMalformed(place)) return place;
  const resource = normalResource(rest);
  if (resource === undefined) return { code: 'egress.target', message: 'the path cannot be read' };
  return { scheme: isUpgrade ? 'ws' : 'http', ...place, method, resource };
}

/**
 * Path and query as the URL standard writes them; in the path, characters that need no encoding without it and others in capitals: `/a/../%62%2f` is `/b%2F`, to
 * policies and to the host.
 * `undefined` for what cannot be read, and for dot segments that only some hosts see (`/a/..%2fb`).
 */
export function normalResource(text: string): string | undefined {
  const rest = text === '' || text.startsWith('?') ? `/${text}` : text;
  // A second slash at the beginning would be a host, and a backslash a slash.
  if (!rest.startsWith('/') || /[\\#\s\p{Cc}]/u.test(rest)) return undefined;
  const url = URL.parse(`http://host.invalid${rest}`);
  if (url === null || url.host !== 'host.invalid' || BROKEN_ENCODING.test(url.pathname)) return undefined;
  const path = url.pathname.replace(ENCODED, (code: string, digits: string) => {
    const character = String.fromCharCode(Number.parseInt(digits, 16));
    return UNRESERVED.test(character) ? character : code.toUpperCase();
  });
  return hidesDotSegments(path) ? undefined : `${path}${url.search}`;
}

/** `host:port` as a URL has it: without the port that the scheme has by itself. */
export function authorityOf({ scheme, host, port }: Pick<Target, 'scheme' | 'host' | 'port'>): string {
  return port === DEFAULT_PORTS[scheme] ? urlHost(host) : `${urlHost(host)}:${port}`;
}

function hidesDotSegments(path: string): boolean {
  const decoded = path.replace(ENCODED_MARK, (_all, code: string) => (/e/i.test(code) ? '.' : '/'));
  return decoded.split('/').some((segment) => DOT_SEGMENT.test(segment));
}

function foreign(text: string): Malformed | undefined {
  const authority = text.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\//, '').split(/[/?#]/, 1)[0] ?? '';
  if (authority.includes('@'))
    return { code: 'egress.userinfo', message: 'a user stands before the host; send credentials in headers' };
  return /[\s\p{Cc}\\]/u.test(text) ? noHost() : undefined;
}

function noHost(): Malformed {
  return { code: 'egress.host', message: 'the host cannot be read: a name or an address is expected' };
}
