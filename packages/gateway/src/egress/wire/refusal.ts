/** What a client is told that may not go on: something that a model and a person can act on. */
import type { Enforced } from '@writ/core';
import type { Malformed } from '../target/index.ts';

/** An answer of the proxy's own. */
export interface ProxyAnswer {
  readonly status: number;
  readonly phrase: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What all refusals say in one form. */
interface Told {
  readonly status: number;
  readonly phrase: string;
  readonly verdict?: string;
  readonly code?: string;
  readonly message: string;
  readonly receipt?: string;
  readonly policies?: readonly string[];
  readonly reference?: string;
  readonly expires?: string;
  readonly next: string;
}

const PERMANENT =
  'Do not look for another way to the same place. Ask the operator to permit it, if it is needed.';
const ADDRESS =
  'Ask the operator, who can name this network in `egress.allowNetworks` or this host in `egress.hosts`.';
const BUSY: ReadonlySet<string> = new Set(['guard.overloaded', 'guard.closed', 'egress.connections']);

/** The refusal that `enforced` is, of `target` (`GET http://…`, `CONNECT host:port`). `accept` is the client's header. */
export function refusalOf(enforced: Enforced, target: string, accept: string | undefined): ProxyAnswer {
  const { decision, verdict, receipt, hold, message } = enforced;
  const code = decision.code;
  const isBusy = code !== undefined && BUSY.has(code);
  return answerOf(
    {
      status: isBusy ? 503 : 403,
      phrase: verdict === 'step_up' ? 'Waiting for approval' : 'Denied by Writ',
      verdict,
      ...(code === undefined ? {} : { code }),
      message: message.replace('`network/egress`', `\`${target}\``),
      ...(receipt === undefined ? {} : { receipt }),
      policies: decision.determining.map(({ id }) => id),
      ...(hold === undefined
        ? {}
        : { reference: hold.reference, expires: new Date(hold.expires).toISOString() }),
      next: nextOf(enforced, isBusy),
    },
    accept,
    isBusy ? { 'retry-after': '1' } : {},
  );
}

/** The answer to a request that nobody can read, or that says not who sends it. */
export function rejectionOf(
  { code, message }: Malformed | { readonly code: string; readonly message: string },
  status: number,
  accept: string | undefined,
  headers: Readonly<Record<string, string>> = {},
): ProxyAnswer {
  const phrases: Readonly<Record<number, string>> = {
    403: 'Forbidden',
    407: 'Proxy Authentication Required',
    413: 'Content Too Large',
    502: 'Bad Gateway',
    503: 'Service Unavailable',
    504: 'Gateway Timeout',
  };
  const next = {
    407: 'Send an API token of this node: `http://agent:TOKEN@HOST:PORT` as the proxy, or `Proxy-Authorization: Bearer TOKEN`.',
    502: 'It was permitted and could not be reached; try again later.',
    503: 'Try again in a moment.',
    504: 'It was permitted and did not answer in time; try again later.',
  }[status];
  return answerOf(
    { status, phrase: phrases[status] ?? 'Bad Request', code, message, next: next ?? 'Nothing was sent on.' },
    accept,
    headers,
  );
}

/** `answer` as bytes, for connections on which no HTTP server answers any more. */
export function answerText({ status, phrase, headers, body }: ProxyAnswer): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${phrase}\r\n${lines.join('')}\r\n${body}`;
}

function nextOf({ verdict, decision, hold }: Enforced, isBusy: boolean): string {
  if (isBusy) return 'Try again in a moment.';
  if (verdict === 'step_up' && hold !== undefined)
    return `Ask an approver to run \`writ approvals show ${hold.reference}\`, then send exactly this again: it goes through once if approved.`;
  if (verdict === 'defer') return `Supply ${decision.needs.join(', ')}, then send this again.`;
  if (decision.code === 'egress.address') return ADDRESS;
  return PERMANENT;
}

function answerOf(
  told: Told,
  accept: string | undefined,
  headers: Readonly<Record<string, string>>,
): ProxyAnswer {
  const { status, phrase, ...rest } = told;
  const isJson = /\bjson\b/i.test(accept ?? '');
  const body = isJson ? `${JSON.stringify({ error: rest })}\n` : textOf(told);
  return {
    status,
    phrase,
    headers: {
      'content-type': isJson ? 'application/json' : 'text/plain; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      connection: 'close',
      ...(told.verdict === undefined ? {} : { 'writ-verdict': told.verdict }),
      ...(told.receipt === undefined ? {} : { 'writ-receipt': told.receipt }),
      ...headers,
    },
    body,
  };
}

function textOf({ phrase, message, policies, receipt, reference, expires, next }: Told): string {
  const lines = [
    `${phrase}.`,
    message,
    ...(policies === undefined || policies.length === 0 ? [] : [`Policies: ${policies.join(', ')}`]),
    ...(receipt === undefined ? [] : [`Receipt: ${receipt}`]),
    ...(reference === undefined ? [] : [`Reference: ${reference}, until ${expires ?? ''}`]),
    `What to do: ${next}`,
  ];
  return `${lines.join('\n')}\n`;
}
