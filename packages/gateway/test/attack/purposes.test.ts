/** Purposes on the wire: what a tool receives, whose consent counts, and which notice comes first, for clients of both eras and over hooks. */
import { describe, expect, test } from 'vitest';
import { consentDraft, type JsonObject } from '@writ/core';
import { readRegister } from '../../src/node/index.ts';
import { DECISION_META, PURPOSE_META } from '../../src/mcp/index.ts';
import { type Answer, MODERN_META } from '../http-harness.ts';
import { Governed } from './governed.ts';

const POLICIES = `@id("support") permit (principal, action in Action::"tools/call", resource) when { context has purpose && context.purpose == "support" };
@id("rest") permit (principal, action in [Action::"tools/list", Action::"initialize", Action::"server/discover", Action::"notifications/initialized", Action::"results/deliver"], resource);
`;
const REGISTER = `purposes:
  support:
    description: answer what a customer asks
    data: [contact]
    basis: BASIS
    minimise:
      far/echo: RULE
  sales: {description: sell, data: [contact], basis: contract, subject: none}
notices:
  welcome: {version: 1, texts: {en: We use what you write to answer you.}}
`;
const SECRET = 'Via Appia 7';

interface Asking {
  readonly basis?: string;
  readonly notice?: boolean;
  /** What `echo` may receive. */
  readonly rule?: string;
  readonly privacy?: JsonObject;
}

function open({
  basis = 'contract',
  notice = false,
  rule = '[text]',
  privacy = {},
}: Asking = {}): Promise<Governed> {
  const text = REGISTER.replace('RULE', rule).replace(
    'BASIS',
    notice ? `${basis}\n    notice: welcome` : basis,
  );
  return Governed.open({
    policies: POLICIES,
    files: { 'purposes.yaml': text },
    config: { person: { id: 'ann' }, privacy: { purposes: 'purposes.yaml', purpose: 'support', ...privacy } },
  });
}

type Call = (meta?: JsonObject) => Promise<JsonObject>;

/** A client of each era that calls `echo` with what the tool may have, and with what it may not. */
const ERAS: readonly [string, (here: Governed) => Promise<Call>][] = [
  [
    'a client of 2026-07-28',
    (here) =>
      Promise.resolve(async (meta) => {
        const params = {
          name: 'echo',
          arguments: { text: 'hello', street: SECRET },
          ...(meta === undefined ? {} : { _meta: { ...MODERN_META, ...meta } }),
        };
        return resultOf(await here.modern('tools/call', params));
      }),
  ],
  [
    'a client of 2025-06-18',
    async (here) => {
      const headers = await here.session();
      return async (meta) => {
        const params = { name: 'echo', arguments: { text: 'hello', street: SECRET }, _meta: meta ?? {} };
        return resultOf(await here.post({ jsonrpc: '2.0', id: 7, method: 'tools/call', params }, headers));
      };
    },
  ],
];

function resultOf({ messages }: Answer): JsonObject {
  const result = messages.map((message) => message['result']).find((one) => one !== undefined);
  if (typeof result !== 'object') throw new Error(JSON.stringify(messages));
  return result as JsonObject;
}

const codeOf = (result: JsonObject): unknown =>
  (result['_meta'] as Record<string, JsonObject> | undefined)?.[DECISION_META]?.['code'];

function consent(here: Governed, action: 'give' | 'withdraw'): Promise<unknown> {
  return here.operator(({ config, state, log, tenant, clock }) => {
    if (config.privacy === undefined) throw new Error('no purposes');
    const draft = consentDraft(
      readRegister(config.privacy),
      { action, purpose: 'support', subject: 'ann' },
      state,
    );
    return log.append({ ...draft, tenant, time: clock.now(), monotonicNs: clock.monotonicNs() });
  });
}

describe.each(ERAS)('%s', (_era, client) => {
  test('reaches a server with what the purpose lets its tool receive, and nothing else', async () => {
    const here = await open();
    const call = await client(here);
    expect(await call()).not.toHaveProperty('isError', true);
    expect(here.server.text).toContain('hello');
    expect(here.server.text).not.toContain(SECRET);
    expect(await here.entries()).toContainEqual(
      expect.objectContaining({
        decision: expect.objectContaining({
          verdict: 'modify',
          obligations: [{ type: 'minimise', names: ['support'] }],
        }),
      }),
    );
  });

  test('reaches it with nothing beside the arguments but what the protocol needs', async () => {
    const here = await open();
    const call = await client(here);
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const beside = { 'com.example/street': SECRET, baggage: SECRET, tracestate: `s=${SECRET}` };
    expect(await call({ ...beside, traceparent, progressToken: 5 })).not.toHaveProperty('isError', true);
    expect(here.server.text).toContain(traceparent);
    expect(here.server.text).toContain('progressToken');
    expect(here.server.text).not.toContain(SECRET);
  });

  test('reaches it with all that was said beside the arguments where its tool may have everything', async () => {
    const here = await open({ rule: 'everything' });
    const call = await client(here);
    expect(await call({ 'com.example/street': SECRET })).not.toHaveProperty('isError', true);
    expect(here.server.text).toContain(`"com.example/street":"${SECRET}"`);
  });

  test('is refused from the first call on after consent was taken back by another process', async () => {
    const here = await open({ basis: 'consent' });
    const call = await client(here);
    expect(await call()).toMatchObject({ isError: true });
    await consent(here, 'give');
    expect(await call()).not.toHaveProperty('isError', true);
    await consent(here, 'withdraw');
    const before = here.server.of('tools/call').length;
    expect(await call()).toMatchObject({ isError: true });
    expect(here.server.of('tools/call')).toHaveLength(before);
  });

  test('is shown a notice first, in a text of its own for the person, and once', async () => {
    const here = await open({ notice: true });
    const call = await client(here);
    const shown = await call();
    expect(codeOf(shown)).toBe('privacy.notice');
    expect(shown['content']).toContainEqual({
      type: 'text',
      text: 'We use what you write to answer you.',
      annotations: { audience: ['user'] },
    });
    expect(here.server.of('tools/call')).toHaveLength(0);
    const next = await call();
    expect(next).not.toHaveProperty('isError', true);
    expect(JSON.stringify(next)).not.toContain('We use what you write');
    const notices = (await here.entries()).filter(({ kind }) => kind === 'notice');
    expect(notices).toMatchObject([{ notice: { id: 'welcome', version: 1, channel: 'mcp_http' } }]);
  });

  test('is not believed what its call is for, unless the configuration says so', async () => {
    const here = await open({ basis: 'consent', privacy: { claims: ['sales'] } });
    const call = await client(here);
    await consent(here, 'give');
    expect(await call({ [PURPOSE_META]: 'anything' })).not.toHaveProperty('isError', true);
    // Believed, and no policy permits it.
    expect(await call({ [PURPOSE_META]: 'sales' })).toMatchObject({ isError: true });
    const strict = await open({ basis: 'contract' });
    expect(await (await client(strict))({ [PURPOSE_META]: 'sales' })).not.toHaveProperty('isError', true);
  });
});

describe('beside the arguments of a call', () => {
  const WILD = `${POLICIES}@id("all") permit (principal, action, resource);
`;
  const wild = (): Promise<Governed> =>
    Governed.open({
      policies: WILD,
      files: { 'purposes.yaml': REGISTER.replace('RULE', '[text]').replace('BASIS', 'contract') },
      config: { person: { id: 'ann' }, privacy: { purposes: 'purposes.yaml', purpose: 'support' } },
    });

  test('nothing is passed on as `_meta` that is no object', async () => {
    const here = await wild();
    const headers = await here.session();
    const params = { name: 'echo', arguments: { text: 'hello' }, _meta: SECRET };
    await here.post({ jsonrpc: '2.0', id: 7, method: 'tools/call', params }, headers);
    expect(here.server.text).not.toContain(SECRET);
  });

  test('a task says how long it is to be kept, and nothing else', async () => {
    const here = await wild();
    const headers = await here.session();
    const params = { name: 'echo', arguments: { text: 'hello' }, task: { ttl: 1000, note: SECRET } };
    await here.post({ jsonrpc: '2.0', id: 7, method: 'tools/call', params }, headers);
    expect(here.server.text).toContain('"task":{"ttl":1000}');
    expect(here.server.text).not.toContain(SECRET);
  });

  test.each<[string, JsonObject]>([
    ['tools/list', { cursor: '1', street: SECRET }],
    ['tools/list', { _meta: { 'com.example/street': SECRET } }],
    ['resources/list', { _meta: { 'com.example/street': SECRET } }],
    ['resources/read', { uri: 'crm://customers?street=Appia' }],
    ['logging/setLevel', { level: 'info', street: SECRET, _meta: { 'com.example/street': SECRET } }],
    [
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'p' }, argument: { name: 'a', value: SECRET } },
    ],
  ])('`%s` passes on nothing that nobody needs: %j', async (method, params) => {
    const here = await wild();
    const headers = await here.session();
    await here.post({ jsonrpc: '2.0', id: 7, method, params }, headers);
    expect(here.server.text).not.toContain('Appia');
  });

  test('`initialize` and what a client tells pass on nothing that nobody needs', async () => {
    const here = await wild();
    const _meta = { 'com.example/street': SECRET };
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'c', version: '1' },
    };
    await here.post({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { ...params, street: SECRET, _meta },
    });
    const headers = await here.session();
    const told = { progressToken: 1, progress: 1, message: SECRET, _meta };
    const notify = (method: string, said: JsonObject): Promise<Answer> =>
      here.post({ jsonrpc: '2.0', method, params: said }, headers);
    await notify('notifications/vendor', { street: SECRET });
    await notify('notifications/progress', told);
    await expect.poll(() => here.server.of('notifications/progress')).toHaveLength(1);
    expect(here.server.text).not.toContain(SECRET);
  });
});

test('a notice is not spent on what a client tells, which nobody is answered', async () => {
  const here = await open({ notice: true });
  const headers = await here.session();
  const decisions = async (): Promise<number> =>
    (await here.entries()).filter(({ kind }) => kind === 'decision').length;
  const before = await decisions();
  await here.post({ jsonrpc: '2.0', method: 'notifications/vendor', params: {} }, headers);
  await expect.poll(decisions).toBe(before + 1);
  expect((await here.entries()).filter(({ kind }) => kind === 'notice')).toHaveLength(0);
});
