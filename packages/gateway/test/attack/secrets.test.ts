/** Secrets that come in headers, addresses, arguments and from servers: in no refusal, no event and no metric. And pages that pretend to be of this machine. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import { MODERN_META, modernRequest } from '../http-harness.ts';
import { send } from '../serve/operated.ts';
import { listen, methodOf, type Serve } from '../upstream/listener.ts';
import { Governed } from './governed.ts';
import { recordedServer } from './recorded-server.ts';

const SECRET = ['sk', 'live', 'Zq8Xv2Lm4Nw6Rt0Yb3Hc5Jd7'].join('-');
const CALL = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo', arguments: {} } };

/** Everything that an operator or a client reads of a gateway, apart from answers of servers. */
async function everythingSaid(governed: Governed, answers: readonly unknown[]): Promise<string> {
  const metrics = await send(`${governed.gateway.started.adminUrl ?? ''}/metrics`);
  const ready = await send(`${governed.gateway.started.adminUrl ?? ''}/readyz?verbose`);
  return [governed.log, metrics.text, ready.text, ...answers.map((one) => JSON.stringify(one))].join('\n');
}

test('what comes in headers, addresses and bodies that are refused is not repeated', async () => {
  const governed = await Governed.open({ gateway: { auth: { tokens: true } } });
  const token = governed.token('bot');
  const [message, headers] = modernRequest('tools/call', { name: 'echo' }, token);
  const session = await governed.session(token);
  const planted: readonly (readonly [unknown, Record<string, string>])[] = [
    [CALL, { authorization: `Bearer ${SECRET}` }],
    [CALL, { authorization: `Bearer writ_${SECRET}` }],
    [CALL, { authorization: `Basic ${SECRET}` }],
    [CALL, { authorization: SECRET }],
    [CALL, { ...token, cookie: SECRET, 'x-api-key': SECRET }],
    [CALL, { ...token, 'mcp-session-id': SECRET }],
    [CALL, { ...session, 'mcp-protocol-version': SECRET }],
    [message, { ...headers, 'mcp-name': SECRET }],
    [message, { ...headers, 'mcp-method': SECRET }],
    [message, { ...headers, 'mcp-protocol-version': SECRET }],
    [message, { ...headers, 'content-type': SECRET }],
    [message, { ...headers, origin: `https://${SECRET}.example` }],
    [`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"${SECRET}`, session],
    [`${SECRET}`, session],
    [[SECRET], session],
    [{ ...CALL, jsonrpc: SECRET }, session],
    [{ ...CALL, params: { name: 'echo', arguments: SECRET } }, session],
    [{ ...CALL, method: 'resources/read', params: { uri: `no uri ${SECRET}` } }, session],
    [{ ...CALL, method: 'tools/list', params: { cursor: { [SECRET]: 1 } } }, session],
  ];
  const answers: unknown[] = [];
  for (const [body, own] of planted) {
    const { status, messages, headers: got } = await governed.post(body, own);
    answers.push({ status, messages, headers: [...got] });
  }
  for (const method of ['GET', 'DELETE', 'PUT']) {
    const own = { ...token, 'last-event-id': SECRET, 'mcp-session-id': SECRET, accept: 'text/event-stream' };
    answers.push(await send(governed.url, { method, headers: own }));
  }
  answers.push(await send(`${governed.url}?access_token=${SECRET}`, { method: 'POST' }));
  answers.push(
    await send(`${governed.url}/${SECRET}`),
    await send(governed.url, { headers: { host: `${SECRET}.example` } }),
  );
  expect(await everythingSaid(governed, answers)).not.toContain(SECRET);
  const headersSent = governed.server.came.flatMap(({ raw }) => raw.rawHeaders);
  expect(headersSent.join('\n')).not.toContain(SECRET);
});

describe('what a server says of a failure', () => {
  test.each<[where: string, fail: Serve]>([
    ['in a body of status 500', (_came, response) => response.writeHead(500).end(SECRET)],
    [
      'in a body of status 401',
      (_came, response) =>
        response.writeHead(401, { 'www-authenticate': `Bearer realm="${SECRET}"` }).end(SECRET),
    ],
    [
      'in a redirect',
      (_came, response) => response.writeHead(302, { location: `https://${SECRET}.example/` }).end(),
    ],
    ['in HTML', (_came, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(SECRET)],
    ['in its type', (_came, response) => response.writeHead(200, { 'content-type': `text/${SECRET}` }).end()],
    [
      'in broken JSON',
      (_came, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(`{"${SECRET}`),
    ],
    [
      'in a broken stream',
      (_came, response) =>
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${SECRET}\n\n`),
    ],
    [
      'in a key twice',
      (came, response) =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(`{"jsonrpc":"2.0","id":${Number(came.body['id'])},"result":{"${SECRET}":1,"${SECRET}":2}}`),
    ],
  ])('%s is not repeated, in either era', async (_where, fail) => {
    const recorded = await recordedServer();
    const { url } = await listen(async (came, response) => {
      if (methodOf(came) === 'tools/call') return fail(came, response);
      const headers = Object.fromEntries(
        Object.entries(came.headers).filter(
          ([name]) => name.startsWith('mcp-') || name === 'accept' || name === 'content-type',
        ),
      );
      const got = await fetch(recorded.url, {
        method: came.method,
        headers: headers as Record<string, string>,
        ...(came.text === '' ? {} : { body: came.text }),
      });
      const id = got.headers.get('mcp-session-id');
      response.writeHead(got.status, {
        'content-type': got.headers.get('content-type') ?? 'text/plain',
        ...(id === null ? {} : { 'mcp-session-id': id }),
      });
      return response.end(await got.text());
    });
    const governed = await Governed.open({ servers: { far: { ...recorded, url } } });
    const session = await governed.session();
    const answers = [
      await governed.modern('tools/call', { name: 'echo' }),
      await governed.post(CALL, session),
    ];
    for (const { messages } of answers)
      expect(messages).toMatchObject([expect.objectContaining({ jsonrpc: '2.0' })]);
    expect(answers.every(({ messages }) => JSON.stringify(messages).includes('rror'))).toBe(true);
    expect(
      await everythingSaid(
        governed,
        answers.map(({ messages }) => messages),
      ),
    ).not.toContain(SECRET);
  });
});

describe('a page in a browser', () => {
  const REBOUND = [
    'attacker.example',
    'attacker.example:80',
    '127.0.0.1.attacker.example',
    'localhost.attacker.example',
    '0.0.0.0',
    '[::]',
    '127.1',
    '2130706433',
    'localhost.',
  ];

  test.each(REBOUND)('that reaches this machine under the name `%s` is let in nowhere', async (host) => {
    const governed = await Governed.open();
    const body = JSON.stringify({
      ...CALL,
      params: { ...CALL.params, _meta: MODERN_META } satisfies JsonObject,
    });
    const headers = {
      ...modernRequest('tools/call', { name: 'echo' })[1],
      'content-type': 'application/json',
      accept: '*/*',
      host,
    };
    for (const method of ['POST', 'GET', 'DELETE', 'OPTIONS']) {
      const { status } = await send(governed.url, { method, headers }, method === 'POST' ? body : undefined);
      expect([400, 403]).toContain(status);
    }
    expect(governed.server.of('tools/call')).toEqual([]);
  });

  test.each([
    'https://attacker.example',
    'null',
    'http://localhost.attacker.example',
    'http://127.0.0.1:1',
    'file://',
    ' ',
    'http://localhost:80@attacker.example',
  ])('of the origin `%s` is let in nowhere, and told of no origin', async (origin) => {
    const governed = await Governed.open();
    for (const method of ['POST', 'GET', 'OPTIONS']) {
      const { status, headers } = await send(governed.url, { method, headers: { origin } });
      expect(status).toBe(403);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });
});

test('documents for everybody say how to get a token, and nothing of servers, agents, people or policies', async () => {
  const issuer = 'http://127.0.0.1:1/issuer';
  const resource = 'http://127.0.0.1:8080/mcp';
  const auth = { resource, issuers: { idp: { issuer, agent: 'client_id' } }, tokens: true };
  const governed = await Governed.open({ gateway: { auth, url: resource } });
  governed.token('secret-agent', 'secret-person');
  const { origin } = new URL(governed.url);
  const { status, text } = await send(`${origin}/.well-known/oauth-protected-resource/mcp`);
  expect(status).toBe(200);
  expect(Object.keys(JSON.parse(text) as object).sort()).toStrictEqual([
    'authorization_servers',
    'bearer_methods_supported',
    'resource',
  ]);
  for (const path of [
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-protected-resource',
    '/',
    '/metrics',
    '/readyz',
    '/livez',
    '/.env',
    '/mcp/../metrics',
    '/writ.yaml',
  ])
    expect((await send(`${origin}${path}`)).status).toBe(404);
  const challenged = await governed.post(CALL);
  expect(challenged.status).toBe(401);
  const said = JSON.stringify([text, challenged.messages, [...challenged.headers]]);
  for (const hidden of ['far', 'secret-agent', 'secret-person', 'allow-all', 'test-agent'])
    expect(said).not.toContain(hidden);
});
