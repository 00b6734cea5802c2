/** Envoy's `ext_authz` over HTTP: the request that Envoy holds, asked about under a path prefix, and answered by a status. */
import type { IncomingMessage } from 'node:http';
import type { InterceptedAction } from '@writ/core';
import { normalHost, urlHost } from '../hosts/index.ts';
import { ask, type Asker, type AuthzPorts, type Verdict } from './asker.ts';

/** What Envoy's `path_prefix` is set to. */
export const EXT_AUTHZ_PREFIX = '/ext-authz';

/** Answers whether the request that `request` stands for may go on; `undefined` where it stands for none. */
export function checkRequest(
  ports: AuthzPorts,
  asker: Asker,
  request: IncomingMessage,
  body: string,
): Promise<Verdict> | undefined {
  const action = actionOf(request, asker, body);
  return action === undefined ? undefined : ask(ports, action);
}

function actionOf(
  { method = '', url = '', headers }: IncomingMessage,
  asker: Asker,
  body: string,
): InterceptedAction | undefined {
  const [, name = '', digits] =
    /^(\[[0-9A-Fa-f:.]{2,45}\]|[^:[\]]{1,254})(?::(\d{1,5}))?$/.exec(headers.host ?? '') ?? [];
  const host = normalHost(name);
  const scheme = headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  const port = digits === undefined ? (scheme === 'https' ? 443 : 80) : Number(digits);
  const rest = url.slice(EXT_AUTHZ_PREFIX.length);
  const path = URL.parse(`http://host.invalid${rest === '' ? '/' : rest}`);
  if (host === undefined || path?.host !== 'host.invalid') return undefined;
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
        args: { host, port, scheme, method, path: path.pathname, network: 'unknown', by: 'ext_authz' },
      },
    ],
    args: {
      method,
      url: `${scheme}://${urlHost(host)}:${port}${path.pathname}${path.search}`,
      ...(body === '' ? {} : { body }),
    },
  };
}
