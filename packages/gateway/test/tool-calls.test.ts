/** What a tool call comes to under each verdict, and what the server sees of it. */
import { expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '@writ/core';
import { DECISION_META, EXIT_DESERTED } from '../src/mcp/index.ts';
import { createFakeGuard, type Ruling } from './fake-guard.ts';
import { Harness, manualTimers } from './harness.ts';

const onEcho =
  (ruling: Ruling) =>
  (action: {
    readonly method: string;
    readonly parts: readonly { readonly resource: { readonly id: string } }[];
  }): Ruling =>
    action.method === 'tools/call' && action.parts[0]?.resource.id === 'files/echo' ? ruling : 'allow';

async function started(
  ruling: Ruling,
  options: { readonly timers?: ReturnType<typeof manualTimers> } = {},
): Promise<Harness> {
  const harness = new Harness({ guard: createFakeGuard(onEcho(ruling)), ...options });
  await harness.initialize();
  return harness;
}

function decision(result: JsonObject): JsonObject {
  const meta = result['_meta'];
  const machine = isJsonObject(meta) ? meta[DECISION_META] : undefined;
  return isJsonObject(machine) ? machine : {};
}

test('an allowed call reaches the server as it came, and its result the client as the server gave it', async () => {
  const harness = await started('allow');
  const meta = { progressToken: 'token', 'x-client': { deep: [1] } };
  const params = {
    name: 'echo',
    arguments: { b: 1, a: [1.5, null] },
    _meta: meta,
  };
  const answer = await harness.ask('tools/call', params);
  expect(answer).toStrictEqual({
    jsonrpc: '2.0',
    id: 2,
    result: {
      content: [{ type: 'text', text: JSON.stringify(params) }],
      structuredContent: { params },
      _meta: { ...meta, 'x-server': 1 },
      'x-unknown': [1, { two: null }],
    },
  });
});

test('a call without arguments is forwarded without arguments', async () => {
  const harness = await started('allow');
  expect((await harness.call('echo'))['structuredContent']).toStrictEqual({ params: { name: 'echo' } });
});

test('a denied call is a readable error result with its machine part, and never reaches the server', async () => {
  const harness = await started('deny');
  const result = await harness.call('echo', { path: '/etc/passwd' });
  expect(result).toStrictEqual({
    content: [{ type: 'text', text: 'deny by the fake guard' }],
    isError: true,
    _meta: {
      [DECISION_META]: { verdict: 'deny', policies: ['a-policy'], receipt: harness.guard.receipts.at(-1) },
    },
  });
  expect(await harness.received('tools/call')).toHaveLength(1); // the asking itself
});

test('a call under a broken guard is denied, and never reaches the server', async () => {
  const harness = await started('fault');
  const result = await harness.call('echo', {});
  expect(result['isError']).toBe(true);
  expect(decision(result)['verdict']).toBe('deny');
  expect(await harness.received('tools/call')).toHaveLength(1);
});

test('a deferred call says what it needs', async () => {
  const harness = await started('defer');
  expect(decision(await harness.call('echo', {}))).toMatchObject({
    verdict: 'defer',
    needs: ['context.user.mfa'],
  });
});

test('a modified call sends the judged arguments and nothing else of the received ones', async () => {
  const harness = await started({ modify: { path: 'rewritten' } });
  const result = await harness.call('echo', { path: 'original', extra: 1 });
  expect(result['structuredContent']).toStrictEqual({
    params: { name: 'echo', arguments: { path: 'rewritten' } },
  });
});

test('a redacted result is delivered exactly as the guard returns it', async () => {
  const redacted = { content: [{ type: 'text', text: '[payment-card]' }] };
  const harness = await started({ redact: redacted });
  expect(await harness.call('echo', {})).toStrictEqual(redacted);
});

test('a withheld result is an error result that says that it was performed', async () => {
  const harness = await started('withhold');
  const result = await harness.call('echo', {});
  expect(result['isError']).toBe(true);
  expect(result['structuredContent']).toBeUndefined();
  expect(decision(result)).toMatchObject({ verdict: 'deny', outcome: 'withheld' });
});

test('a held call that is approved runs', async () => {
  const approval = Promise.withResolvers<'allow' | 'step_up'>();
  const harness = await started({ hold: approval.promise });
  const answer = harness.call('echo', { a: 1 });
  approval.resolve('allow');
  expect((await answer)['structuredContent']).toStrictEqual({
    params: { name: 'echo', arguments: { a: 1 } },
  });
});

test('a held call that nobody approves returns its reference, and never reaches the server', async () => {
  const harness = await started({ hold: Promise.resolve('step_up') });
  const result = await harness.call('echo', {});
  expect(result['isError']).toBe(true);
  expect(decision(result)).toMatchObject({
    verdict: 'step_up',
    approval: 'fake.example/log#7',
    expires: '2027-01-15T08:00:00.000Z',
  });
  expect(await harness.received('tools/call')).toHaveLength(1);
});

test('a client that gave a progress token is told that its held call waits, again and again', async () => {
  const approval = Promise.withResolvers<'allow' | 'step_up'>();
  const timers = manualTimers();
  const harness = await started({ hold: approval.promise }, { timers });
  const answer = harness.call('echo', {}, { progressToken: 'token' });
  await harness.toldOf('notifications/progress');
  timers.fire(5_000);
  await harness.until(() => harness.told.length === 2);
  approval.resolve('allow');
  await answer;
  const progress = harness.told.map(({ params }) => params as JsonObject);
  expect(progress.map(({ progressToken }) => progressToken)).toEqual(['token', 'token']);
  expect(Number(progress[1]?.['progress'])).toBeGreaterThan(Number(progress[0]?.['progress']));
  timers.fire(5_000);
  expect(harness.told).toHaveLength(2);
});

test('a client without a progress token is told nothing while its call is held', async () => {
  const harness = await started({ hold: Promise.resolve('step_up') });
  await harness.call('echo', {});
  expect(harness.told).toHaveLength(0);
});

test('the guard is given the arguments, the tool as server/tool, the pin and the trace', async () => {
  const harness = await started('allow');
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  await harness.call('echo', { a: 1 }, { traceparent });
  const action = harness.guard.actions.find(({ method }) => method === 'tools/call');
  expect(action).toMatchObject({
    face: 'mcp_stdio',
    initiator: 'agent',
    phase: 'call',
    parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id: 'files/echo' } }],
    args: { a: 1 },
    trace: { traceparent },
    definitionPin: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('an error of the server is judged and then delivered as it is', async () => {
  const harness = await started('allow');
  const answer = await harness.ask('tools/call', { name: 'fail' });
  expect(answer['error']).toStrictEqual({
    code: -32099,
    message: 'server says no',
    data: { detail: [1, 2] },
  });
});

test('a result that cannot be held exactly is an error, not a rounded result', async () => {
  const harness = await started('allow');
  const { error } = await harness.ask('tools/call', { name: 'inexact' });
  expect(error).toMatchObject({
    code: -32011,
    message: expect.stringContaining('cannot be held exactly at line 1'),
  });
});

test('a line on the output of a server that is no message disturbs nobody', async () => {
  const harness = await started('allow');
  expect((await harness.call('noise'))['content']).toBeDefined();
  await harness.until(
    () => harness.stderr.includes('a line for people') && harness.stderr.includes('is no message'),
  );
});

test.each([
  ['no name', {}],
  ['a name that is no string', { name: 1 }],
  ['a name beyond every bound', { name: 'x'.repeat(2000) }],
  ['arguments that are no object', { name: 'echo', arguments: [1] }],
])('a call with %s is refused and counted', async (_why, params: JsonObject) => {
  const harness = await started('allow');
  const answer = await harness.ask('tools/call', params);
  expect(answer['error']).toMatchObject({ code: -32602 });
  expect(harness.guard.refusals).toEqual(['rpc.malformed']);
});

test('a tool that was never listed is refused by the guard with its code', async () => {
  const harness = await started('allow');
  const result = await harness.call('no-such-tool', {});
  expect(decision(result)).toMatchObject({ verdict: 'deny', code: 'tool.unknown' });
  expect(await harness.received('tools/call')).toHaveLength(1);
});

test('input that a tool result asks for is judged as the server’s own and refused with the call', async () => {
  const guard = createFakeGuard(({ initiator }) => (initiator === 'server' ? 'deny' : 'allow'));
  const harness = new Harness({ guard });
  await harness.initialize();
  const answer = await harness.ask('tools/call', { name: 'ask-input', arguments: {} });
  expect(JSON.stringify(answer)).not.toContain('password?');
  expect(answer['error']).toMatchObject({ code: -32010 });
});

test('input that a tool result may ask for passes with the result', async () => {
  const harness = await started('allow');
  expect(await harness.call('ask-input', {})).toMatchObject({
    resultType: 'input_required',
    requestState: 'opaque',
  });
});

test('a server that floods its output with lines that are no messages does not flood the log of the client', async () => {
  const harness = await started('allow');
  await harness.call('noise', { lines: 200 });
  await harness.call('echo');
  expect(harness.stderr.split('\n').filter((line) => line.includes('no message'))).toHaveLength(10);
  expect(harness.guard.refusals).toHaveLength(200);
});

test('the end of a server that the gateway itself stopped is not told as news', async () => {
  const harness = await started('allow');
  await harness.call('echo');
  await harness.stop();
  expect(harness.stderr).not.toContain('ended');
});

test('a server that dies answers what it owed with a clear error, and the gateway ends', async () => {
  const harness = await started('allow');
  const { error } = await harness.ask('tools/call', { name: 'die' });
  expect(error).toMatchObject({ code: -32011, message: 'server `files` ended (exit code 3)' });
  expect(await harness.done).toBe(EXIT_DESERTED);
});

test('members of a call that no version of MCP has are refused, and never reach the server', async () => {
  const harness = await started('allow');
  for (const member of ['x-unknown', 'Arguments', '__proto__', 'uri']) {
    const answer = await harness.ask(
      'tools/call',
      JSON.parse(`{"name":"echo","${member}":{"to":"somebody"}}`),
    );
    expect(answer).toMatchObject({
      error: { code: -32602, message: expect.stringContaining(member) as string },
    });
  }
  expect(harness.guard.actions.filter(({ method }) => method === 'tools/call')).toEqual([]);
  expect(await harness.received('tools/call')).toHaveLength(1); // the asking itself
});

test('what stands beside the arguments goes to the guard, but for what can only be transport', async () => {
  const harness = await started('allow');
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const besideOf = async (more: JsonObject): Promise<unknown> => {
    await harness.ask('tools/call', { name: 'echo', arguments: { a: 1 }, ...more });
    return harness.guard.actions.at(-1)?.beside;
  };
  const plain = { progressToken: 1, traceparent, 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
  expect(await besideOf({})).toBeUndefined();
  expect(await besideOf({ _meta: plain })).toBeUndefined();
  const said = {
    progressToken: 'words',
    traceparent: `${traceparent} and words`,
    tracestate: 'a=b',
    own: { deep: 'words' },
  };
  expect(await besideOf({ _meta: { ...said } })).toEqual({ _meta: said });
  expect(await besideOf({ requestState: 'opaque', task: { ttl: 1 } })).toEqual({
    requestState: 'opaque',
    task: { ttl: 1 },
  });
});
