/** What every request must pass first: few headers, none twice, a name of ours, a path of ours, no page of a stranger. Says nothing of who calls. */
import type { IncomingMessage } from 'node:http';
import { isWildcard } from '../../config/index.ts';
import { allowedHosts, hostOf, type Named } from './names.ts';
import type { Refusal } from './refusal.ts';

/** A request that may pass, and the headers that tell a browser so; or why it may not. */
export type Passed = { readonly path: string; readonly cors: Readonly<Record<string, string>> } | Refusal;

/** Looks at one request. */
export type Gate = (request: IncomingMessage) => Passed;

/** Header fields that a message has once: the first of two would be believed here, and the second perhaps elsewhere. */
const ONCE: ReadonlySet<string> = new Set([
  'host',
  'origin',
  'authorization',
  'content-length',
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'mcp-session-id',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'last-event-id',
]);
const CORS_HEADERS =
  'authorization, content-type, mcp-session-id, mcp-protocol-version, mcp-method, mcp-name, last-event-id';
const EXPOSED_HEADERS = 'mcp-session-id, www-authenticate';

/** A gate in front of `paths`, matched exactly. */
export function createGate(
  options: Named & {
    readonly origins: readonly string[];
    readonly headers: number;
    readonly paths: ReadonlySet<string>;
    /** Whether a listener at every address answers to every name: for what anybody who reaches it may read (default false). */
    readonly takesAnyHost?: boolean;
  },
): Gate {
  const hosts = allowedHosts(options);
  const origins = new Set(options.origins);
  const takesAnyHost = options.takesAnyHost === true && isWildcard(options.listen.host);
  return (request) => {
    const { headers, rawHeaders, url = '' } = request;
    if (rawHeaders.length / 2 > options.headers)
      return { status: 431, code: 'headers', message: `more than ${options.headers} header fields came` };
    const twice = firstTwice(rawHeaders);
    if (twice !== undefined)
      return { status: 400, code: 'header-twice', message: `the \`${twice}\` header came twice` };
    const host = hostOf(headers.host);
    if (host === undefined || !(takesAnyHost || hosts.has(host))) {
      const message = 'the `Host` header names no host of this gateway (`gateway.hosts` lists them)';
      return { status: 403, code: 'host', message };
    }
    const path = url.split('?', 1)[0] ?? '';
    if (!options.paths.has(path)) return { status: 404, code: 'path', message: 'nothing is served here' };
    const { origin } = headers;
    if (origin === undefined || isOwn(origin, headers.host)) return { path, cors: {} };
    if (!origins.has(origin)) {
      const message = 'pages of this origin may not call (`gateway.origins` lists those that may)';
      return { status: 403, code: 'origin', message };
    }
    // INVARIANT: the origin itself, never `*`.
    return {
      path,
      cors: {
        'access-control-allow-origin': origin,
        'access-control-expose-headers': EXPOSED_HEADERS,
        vary: 'Origin',
      },
    };
  };
}

/** Whether a page is of the very host and port that it calls: to a browser no other origin, and the host was looked at before. */
function isOwn(origin: string, host: string | undefined): boolean {
  const own = host?.toLowerCase() ?? '';
  return origin === `http://${own}` || origin === `https://${own}`;
}

/** What a browser is told that asks before it calls (Fetch §4.8); the gate has let its origin in. */
export function preflightHeaders(cors: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return {
    ...cors,
    'access-control-allow-methods': 'POST, GET, DELETE',
    'access-control-allow-headers': CORS_HEADERS,
    'access-control-max-age': '600',
    'content-length': '0',
  };
}

function firstTwice(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}
