/** Envoy's `ext_authz` over HTTP: the request that Envoy holds, asked about under a path prefix, and answered by a status. */
import type { IncomingMessage } from 'node:http';
import type { InterceptedAction } from '@writ/core';
import { normalResource, readableText } from '../egress/index.ts';
import { normalHost, urlHost } from '../network/index.ts';
import { ask, type Asker, type AuthzPorts, type Verdict } from './asker.ts';

/** What Envoy's `path_prefix` is set to. */
export const EXT_AUTHZ_PREFIX = '/ext-authz';
/** Envoy says so where it sends the beginning of a body alone (`allow_partial_message`). */
const PARTIAL_HEADER = 'x-envoy-auth-partial-body';
const DEFAULT_PORTS = { http: 80, https: 443 } as const;
const MAX_PORT = 65_535;

/** What is asked about a request. */
interface Question {
  readonly request: Pick<IncomingMessage, 'method' | 'url' | 'headers'>;
  readonly body: Buffer;
  /** Most bytes that a body has. */
  readonly most: number;
}

/** Answers whether the request that `question` stands for may go on; `undefined` where it stands for none. */
export function checkRequest(
  ports: AuthzPorts,
  asker: Asker,
  question: Question,
): Promise<Verdict> | undefined {
  const action = actionOf(question, asker);
  return action === undefined ? undefined : ask(ports, action);
}

function actionOf(question: Question, asker: Asker): InterceptedAction | undefined {
  const { method = '', url = '', headers } = question.request;
  const place = placeOf(headers.host ?? '', headers['x-forwarded-proto'] ?? 'http');
  const rest = url.slice(EXT_AUTHZ_PREFIX.length);
  const resource = normalResource(rest);
  if (place === undefined || resource === undefined) return undefined;
  const { host, scheme, port } = place;
  const path = pathOf(resource);
  const body =
    question.body.length === 0 ? '' : readableText(question.body, headers['content-encoding'], question.most);
  const isUnread = body === undefined || headers[PARTIAL_HEADER] === 'true';
  const refusal = refusalOf(path === inCapitals(pathOf(rest)), isUnread);
  return {
    face: 'authz',
    initiator: 'agent',
    phase: 'call',
    method: 'network/egress',
    caller: asker,
    parts: [
      {
        action: { name: 'network/egress' },
        resource: { type: 'host', id: host },
        // Where the name leads is for Envoy to find, and not known here.
        args: {
          host,
          port,
          scheme,
          method,
          path,
          network: 'unknown',
          by: 'ext_authz',
          ...(isUnread ? { unresolved: ['body'] } : {}),
        },
      },
    ],
    args: {
      method,
      url: `${scheme}://${urlHost(host)}:${port}${resource}`,
      ...(body === undefined || body === '' ? {} : { body }),
      ...(isUnread ? { unread: 'body' } : {}),
    },
    ...(refusal === undefined ? {} : { refusal }),
  };
}

/** Where the request goes; `undefined` where that cannot be read, is no web, or is written in a way that Envoy would route otherwise (`api.example.`, `0x7f.1`). */
function placeOf(
  authority: string,
  scheme: unknown,
): { readonly host: string; readonly scheme: keyof typeof DEFAULT_PORTS; readonly port: number } | undefined {
  const [, name = '', digits] =
    /^(\[[0-9A-Fa-f:.]{2,45}\]|[^:[\]]{1,254})(?::(\d{1,5}))?$/.exec(authority) ?? [];
  const host = normalHost(name);
  if (host === undefined || name.toLowerCase() !== urlHost(host)) return undefined;
  if (scheme !== 'http' && scheme !== 'https') return undefined;
  const port = digits === undefined ? DEFAULT_PORTS[scheme] : Number(digits);
  return port < 1 || port > MAX_PORT ? undefined : { host, scheme, port };
}

/** No answer changes what Envoy sends on, so that it must be what was judged. */
function refusalOf(isAsJudged: boolean, isUnread: boolean): InterceptedAction['refusal'] {
  if (!isAsJudged)
    return {
      code: 'authz.path',
      reason: 'the path is not written as it is judged (set `normalize_path` in Envoy)',
    };
  if (isUnread)
    return {
      code: 'authz.body',
      reason:
        'the body cannot be looked at: it is packed, or a part of it (set `allow_partial_message: false`)',
    };
  return undefined;
}

function pathOf(resource: string): string {
  const path = resource.split('?', 1)[0] ?? '';
  return path === '' ? '/' : path;
}

/** Every host reads `%2f` and `%2F` alike, and Envoy leaves them as they are. */
function inCapitals(path: string): string {
  return path.replace(/%[\da-f]{2}/gi, (code) => code.toUpperCase());
}
