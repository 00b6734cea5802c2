// Other gateways that ask: AuthZEN single and batch. Each answer is judged and recorded like any action.
import { isJsonObject, type JsonObject, systemRandom } from '@writ/core';
import { describe, expect, test } from 'vitest';
import { createTokenText } from '../../src/auth/index.ts';
import { recordAnswer } from '../approvals/world.ts';
import { service, words } from './service.ts';

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
