// Other gateways that ask: AuthZEN single and batch, and Envoy's ext_authz over HTTP. Each answer is judged and recorded like any action.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  createSigningKey,
  isJsonObject,
  type JsonObject,
  publicKeyText,
  type SigningKey,
  systemClock,
  systemRandom,
} from '@writ/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTokenText, TokenFolder, tokenHash, tokenId } from '../../src/auth/index.ts';
import { openAuthz, type RunningAuthz } from '../../src/authz/index.ts';
import { parseConfig } from '../../src/config/index.ts';
import { recordAnswer } from '../approvals/world.ts';

const POLICY = `
@id("reads") permit (principal == Agent::"bot", action == Action::"resources/read", resource);
@id("no-secrets") forbid (principal, action == Action::"resources/read", resource == Data::"file:///secret");
@id("web") permit (principal, action == Action::"network/egress", resource == Host::"api.test")
when { context.args has path && context.args.path like "/v1/*" && context.args.scheme == "https" };
@id("ask") @verdict("step_up") @approvers("ann") forbid (principal, action == Action::"network/egress", resource)
when { context.args has method && context.args.method == "DELETE" };
@id("card") @redact("payment-card") permit (principal == Agent::"payer", action == Action::"resources/read", resource);
@id("no-cards") forbid (principal, action == Action::"network/egress", resource) when { context.findings.contains("payment-card") };
`;

interface Service {
  readonly running: RunningAuthz;
  readonly url: string;
  readonly token: string;
  /** Of the approver `ann`. */
  readonly key: SigningKey;
  post(
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<{ readonly status: number; readonly json: JsonObject; readonly headers: Headers }>;
  entries(): readonly string[];
}

async function service(scopes: readonly string[] = ['authz']): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-authz-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'policies'));
  writeFileSync(join(folder, 'policies/a.cedar'), POLICY);
  const text = 'policies: [policies]\nagent: {id: node-agent}\nauthz: {listen: "127.0.0.1:0"}\n';
  const { key } = createSigningKey('ann', systemRandom);
  const approvals = `approvals: {approvers: [{id: ann, key: "${publicKeyText(key)}"}]}\n`;
  const running = await openAuthz({
    config: parseConfig(text + approvals, join(folder, 'writ.yaml')),
    report: () => {},
  });
  onTestFinished(() => running.close());
  const token = createTokenText(systemRandom);
  const hash = tokenHash(token);
  const now = systemClock.now();
  new TokenFolder(join(folder, '.writ')).add({
    id: tokenId(hash),
    hash: hash.toString('hex'),
    agent: { id: 'envoy' },
    scopes,
    created: now,
    expires: now + 60_000,
  });
  const { url } = running.started;
  return {
    running,
    url,
    token,
    key,
    async post(path, body, headers = { authorization: `Bearer ${token}` }) {
      const answer = await fetch(`${url}${path}`, {
        method: 'POST',
        headers,
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return { status: answer.status, json: (await answer.json()) as JsonObject, headers: answer.headers };
    },
    entries() {
      const { reader } = running.node;
      return Array.from(
        { length: reader.size() },
        (_one, index) => JSON.parse(JSON.stringify(reader.entry(index).entry)) as JsonObject,
      ).flatMap(({ kind, decision, outcome }) => {
        if (kind === 'decision' && isJsonObject(decision)) return [words('decision', decision['verdict'])];
        return kind === 'outcome' ? [words('outcome', outcome)] : [];
      });
    },
  };
}

function words(...all: readonly unknown[]): string {
  return all.filter((one) => typeof one === 'string').join(' ');
}

const question = (id: string, agent = 'bot', more: JsonObject = {}): JsonObject => ({
  subject: { type: 'agent', id: agent },
  action: { name: 'resources/read' },
  resource: { type: 'data', id },
  ...more,
});

describe('one question (AuthZEN)', () => {
  test('is answered with a decision, its policies and a receipt', async () => {
    const here = await service();
    const yes = await here.post('/access/v1/evaluation', question('file:///notes'));
    expect(yes.json).toMatchObject({
      decision: true,
      context: { verdict: 'allow', policies: ['reads'], receipt: expect.stringMatching(/#\d+$/) as string },
    });
    const no = await here.post('/access/v1/evaluation', question('file:///secret'));
    expect(no.status).toBe(200);
    expect(no.json).toMatchObject({
      decision: false,
      context: { verdict: 'deny', policies: ['no-secrets'] },
    });
    expect(here.entries()).toEqual(['decision allow', 'outcome performed', 'decision deny']);
  });

  test('is about the agent that it names, for whom the gateway that asks vouches', async () => {
    const here = await service();
    const { json } = await here.post('/access/v1/evaluation', question('file:///notes'));
    const receipt = isJsonObject(json['context']) ? words(json['context']['receipt']) : '';
    const body = JSON.stringify(here.running.node.reader.body(Number(receipt.split('#')[1])));
    expect(body).toContain('"agent":{"id":"bot"}');
    expect(body).toMatch(/"method":"api_token"/);
    expect(
      (await here.post('/access/v1/evaluation', question('file:///notes', 'other'))).json['decision'],
    ).toBe(false);
  });

  test('that waits for a person is answered anew once somebody approved it, for exactly it, and once', async () => {
    const here = await service();
    const asking = (path: string): JsonObject => ({
      subject: { type: 'agent', id: 'bot' },
      action: {
        name: 'network/egress',
        properties: {
          host: 'api.test',
          port: 443,
          scheme: 'https',
          network: 'unknown',
          by: 'test',
          method: 'DELETE',
          path,
        },
      },
      resource: { type: 'host', id: 'api.test' },
    });
    const ask = async (path: string): Promise<JsonObject> =>
      (await here.post('/access/v1/evaluation', asking(path))).json;
    const waits = {
      decision: false,
      context: { verdict: 'step_up', reference: expect.stringMatching(/#\d+$/) as string },
    };
    expect(await ask('/v1/one')).toMatchObject(waits);
    const { node } = here.running;
    const [hold] = node.state.holds();
    if (hold === undefined) throw new Error('nothing waits');
    await recordAnswer(node, here.key, hold, 'ann', 'approve');
    expect(await ask('/v1/two')).toMatchObject(waits);
    expect(await ask('/v1/one')).toMatchObject({ decision: true, context: { verdict: 'allow' } });
    expect(await ask('/v1/one')).toMatchObject(waits);
  });

  test('that would only be permitted changed is refused', async () => {
    const here = await service();
    const args = { context: { args: { uri: 'file:///x?card=4111111111111111' } } };
    const { json } = await here.post('/access/v1/evaluation', question('file:///x', 'payer', args));
    expect(json).toMatchObject({ decision: false, context: { verdict: 'modify' } });
    expect(here.entries()).toEqual(['decision modify', 'outcome failed']);
  });

  test.each<[string, JsonObject]>([
    ['findings, which detectors supply', question('x', 'bot', { context: { findings: [] } })],
    ['labels, which the session has', question('x', 'bot', { context: { session: { labels: [] } } })],
    ['an approval, which a person gives', question('x', 'bot', { context: { approval: { lifts: ['a'] } } })],
    ['a time', question('x', 'bot', { context: { time: '2030-01-01T00:00:00Z' } })],
    [
      'trust, which the operator gives',
      { ...question('x'), subject: { type: 'agent', id: 'bot', properties: { trust: 1000 } } },
    ],
    [
      'groups, which the operator makes',
      { ...question('x'), subject: { type: 'agent', id: 'bot', properties: { groups: ['admins'] } } },
    ],
    [
      'a result, of which nothing was performed here',
      { ...question('x'), action: { name: 'results/deliver' } },
    ],
    ['a field that nobody knows', { ...question('x'), extra: true }],
    ['no resource', { subject: { type: 'agent', id: 'bot' }, action: { name: 'resources/read' } }],
  ])('that tells %s is none', async (_what, body) => {
    const here = await service();
    const { status, json } = await here.post('/access/v1/evaluation', body);
    expect(status).toBe(400);
    expect(JSON.stringify(json)).toContain('error');
    expect(here.entries()).toEqual([]);
  });

  test.each([
    ['broken JSON', '{'],
    ['a key twice', '{"subject": {}, "subject": {}}'],
    ['a list', '[]'],
  ])('in %s is none', async (_what, body) => {
    const here = await service();
    expect((await here.post('/access/v1/evaluation', body)).status).toBe(400);
  });

  test.each([
    ['host', 'evil.test', true],
    ['host', '10.0.0.1', true],
    ['host', '::1', true],
    ['host', 'EVIL.test', false],
    ['host', 'evil.test.', false],
    ['host', '0x7f.1', false],
    ['host', 'a@evil.test', false],
    ['file', '/srv/a..b/.c', true],
    ['file', '/srv/../etc/passwd', false],
    ['file', '/srv/.', false],
    ['file', 'C:\\srv\\..\\x', false],
  ])('about the %s `%s` is one: %s, since policies compare texts', async (type, id, isOne) => {
    const here = await service();
    const name = type === 'host' ? 'network/egress' : 'file/read';
    const { status } = await here.post('/access/v1/evaluation', {
      ...question('x'),
      action: { name },
      resource: { type, id },
    });
    expect(status).toBe(isOne ? 200 : 400);
  });
});

describe('several questions (AuthZEN)', () => {
  const three = {
    evaluations: ['file:///a', 'file:///secret', 'file:///b'].map((id) => ({
      resource: { type: 'data', id },
    })),
  };
  const shared = { subject: { type: 'agent', id: 'bot' }, action: { name: 'resources/read' } };
  const decisions = (json: JsonObject): unknown[] =>
    (json['evaluations'] as JsonObject[]).map(({ decision }) => decision);

  test.each([
    ['all of them', {}, [true, false, true]],
    ['all of them, said so', { options: { evaluations_semantic: 'execute_all' } }, [true, false, true]],
    ['up to the first deny', { options: { evaluations_semantic: 'deny_on_first_deny' } }, [true, false]],
    ['up to the first permit', { options: { evaluations_semantic: 'permit_on_first_permit' } }, [true]],
  ])('are answered: %s', async (_what, options, expected) => {
    const here = await service();
    const { json } = await here.post('/access/v1/evaluations', { ...shared, ...three, ...options });
    expect(decisions(json)).toEqual(expected);
    expect(here.entries().filter((entry) => entry.startsWith('decision'))).toHaveLength(expected.length);
  });

  test('share what they do not say themselves, and one that is none is denied alone', async () => {
    const here = await service();
    const { json } = await here.post('/access/v1/evaluations', {
      ...shared,
      resource: { type: 'data', id: 'file:///a' },
      evaluations: [{}, { subject: { type: 'agent', id: 'other' } }, { action: 7 }, 'nothing'],
    });
    expect(decisions(json)).toEqual([true, false, false, false]);
    expect(JSON.stringify((json['evaluations'] as JsonObject[])[2])).toContain('"status":400');
  });

  test('without a list are one question', async () => {
    const here = await service();
    expect((await here.post('/access/v1/evaluations', question('file:///a'))).json['decision']).toBe(true);
  });

  test('are a bounded number', async () => {
    const here = await service();
    const evaluations = Array.from({ length: 129 }, () => ({}));
    expect(
      (await here.post('/access/v1/evaluations', { ...question('file:///a'), evaluations })).status,
    ).toBe(400);
  });

  test('under a semantic that nobody knows are none', async () => {
    const here = await service();
    const options = { evaluations_semantic: 'majority' };
    expect((await here.post('/access/v1/evaluations', { ...shared, ...three, options })).status).toBe(400);
    expect(here.entries()).toEqual([]);
  });
});

describe('who asks', () => {
  test.each([
    ['nobody', {}],
    ['somebody with a token that nobody made', { authorization: `Bearer ${createTokenText(systemRandom)}` }],
  ])('is not answered: %s', async (_what, headers) => {
    const here = await service();
    for (const path of ['/access/v1/evaluation', '/access/v1/evaluations', '/ext-authz/'])
      expect((await here.post(path, question('file:///a'), headers)).status).toBe(401);
    expect(here.entries()).toEqual([]);
  });

  test('needs the scope for it', async () => {
    const here = await service([]);
    expect((await here.post('/access/v1/evaluation', question('file:///a'))).status).toBe(403);
    expect(here.entries()).toEqual([]);
  });

  test('is told where to ask without a token, and nothing else', async () => {
    const here = await service();
    const answer = await fetch(`${here.url}/.well-known/authzen-configuration`);
    expect(await answer.json()).toEqual({
      policy_decision_point: here.url,
      access_evaluation_endpoint: `${here.url}/access/v1/evaluation`,
      access_evaluations_endpoint: `${here.url}/access/v1/evaluations`,
    });
    expect((await fetch(`${here.url}/`)).status).toBe(404);
  });

  test('has its request id back', async () => {
    const here = await service();
    const headers = { authorization: `Bearer ${here.token}`, 'x-request-id': 'abc-1' };
    expect(
      (await here.post('/access/v1/evaluation', question('file:///a'), headers)).headers.get('x-request-id'),
    ).toBe('abc-1');
  });
});

describe('Envoy (ext_authz over HTTP)', () => {
  /** As Envoy asks: the method and path of the request it holds, its `Host`, and headers that the operator lets through. */
  async function check(
    here: Service,
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: Buffer,
  ): Promise<{ status: number; text: string }> {
    const { request } = await import('node:http');
    const { address } = here.running;
    if ('socket' in address) throw new Error('it listens on a socket');
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          port: address.port,
          host: '127.0.0.1',
          method,
          path,
          headers: {
            host: 'api.test',
            'x-forwarded-proto': 'https',
            'writ-authorization': `Bearer ${here.token}`,
            ...headers,
          },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      sent.once('error', reject);
      sent.end(body);
    });
  }

  test.each<[string, string, string, Record<string, string>, number]>([
    ['a request that policy permits', 'GET', '/ext-authz/v1/items', {}, 200],
    ['another path', 'GET', '/ext-authz/admin', {}, 403],
    ['another host', 'GET', '/ext-authz/v1/items', { host: 'evil.test' }, 403],
    ['dot segments, as they will be read', 'GET', '/ext-authz/v1/../admin', {}, 403],
    ['a path that begins like a host', 'GET', '/ext-authz//evil.test/v1/x', {}, 403],
    ['dot segments that would lead to what is permitted', 'GET', '/ext-authz/admin/../v1/items', {}, 403],
    ['letters that are encoded', 'GET', '/ext-authz/v1/%69tems', {}, 403],
    ['dots before an encoded slash', 'GET', '/ext-authz/v1/..%2fadmin', {}, 400],
    ['a backslash', 'GET', '/ext-authz/v1/..\\admin', {}, 400],
    ['a scheme that is no web', 'GET', '/ext-authz/v1/items', { 'x-forwarded-proto': 'ftp' }, 400],
    ['a port past the last', 'GET', '/ext-authz/v1/items', { host: 'api.test:65537' }, 400],
    ['an encoded slash, in small letters', 'GET', '/ext-authz/v1/@scope%2fname', {}, 200],
    ['a host in capitals', 'GET', '/ext-authz/v1/items', { host: 'API.test' }, 200],
    ['a host with a dot at the end', 'GET', '/ext-authz/v1/items', { host: 'api.test.' }, 400],
    ['an address in an odd notation', 'GET', '/ext-authz/v1/items', { host: '0x7f.1' }, 400],
    ['a query, as it is written', 'GET', "/ext-authz/v1/items?q='%61'&p=../..", {}, 200],
    ['another scheme', 'GET', '/ext-authz/v1/items', { 'x-forwarded-proto': 'http' }, 403],
    ['what a person has to agree to', 'DELETE', '/ext-authz/v1/items', {}, 403],
    ['a host that cannot be read', 'GET', '/ext-authz/v1/items', { host: 'a@b' }, 400],
    [
      'the token of the request that is asked about',
      'GET',
      '/ext-authz/v1/items',
      { 'writ-authorization': '', authorization: 'Bearer x' },
      400,
    ],
  ])('is answered about %s', async (_what, method, path, headers, status) => {
    const here = await service();
    const answer = await check(here, method, path, headers);
    expect(answer.status).toBe(status);
    expect(here.entries().filter((entry) => entry.startsWith('decision'))).toHaveLength(
      status === 400 ? 0 : 1,
    );
  });

  const CARD = Buffer.from('{"note": "card 4111 1111 1111 1111"}');

  test.each<[string, Buffer, Record<string, string>]>([
    ['in it', CARD, {}],
    ['in it, packed', gzipSync(CARD), { 'content-encoding': 'gzip' }],
  ])('is answered about a body: a secret %s is refused', async (_what, body, headers) => {
    const here = await service();
    const answer = await check(here, 'POST', '/ext-authz/v1/items', headers, body);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { policies: ['no-cards'] } });
  });

  test.each<[string, Buffer, Record<string, string>]>([
    ['of which a part came', Buffer.from('{"note": "ca'), { 'x-envoy-auth-partial-body': 'true' }],
    ['packed in a way that nobody knows', CARD, { 'content-encoding': 'mystery' }],
    ['that is not packed as it says', CARD, { 'content-encoding': 'gzip' }],
  ])('is refused a body that cannot be looked at: one %s', async (_what, body, headers) => {
    const here = await service();
    const answer = await check(here, 'POST', '/ext-authz/v1/items', headers, body);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'authz.body' } });
    const whole = { 'x-envoy-auth-partial-body': 'false' };
    expect((await check(here, 'POST', '/ext-authz/v1/items', whole, Buffer.from('{}'))).status).toBe(200);
  });

  test('is told the reference where a person has to agree', async () => {
    const here = await service();
    const { text } = await check(here, 'DELETE', '/ext-authz/v1/items');
    expect(JSON.parse(text)).toMatchObject({
      error: { verdict: 'step_up', reference: expect.stringMatching(/#\d+$/) as string },
    });
  });
});
