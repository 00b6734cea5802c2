/** Whose session, stream, question or request of the legacy era it is: nobody else's. */
import { describe, expect, test } from 'vitest';
import { echo } from '../../http-harness.ts';
import type { Behaviour } from '../../memory-upstream.ts';
import { as } from '../callers.ts';
import { streamOf } from '../events.ts';
import { CALL, KEEP_ALIVE_MS, start, waiting } from './open-calls.ts';

const JSON_TYPE = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

describe('a session of the legacy era', () => {
  test('is never opened under an id that a client brings (fixation)', async () => {
    const { harness } = await start();
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 't', version: '1' },
    };
    const initialize = { jsonrpc: '2.0', id: 0, method: 'initialize', params };
    const chosen = { ...as('a'), 'mcp-session-id': 'a'.repeat(32) };
    const refused = await harness.post(initialize, chosen);
    expect(refused.status).toBe(400);
    expect(refused.headers.get('mcp-session-id')).toBeNull();
    expect((await harness.post(CALL, chosen)).status).toBe(404);
    expect(harness.face.stats().sessions.legacy).toBe(0);
  });

  test('has ids that cannot be counted through, and one of another’s is answered exactly as one that never was', async () => {
    const { harness } = await start();
    const own = await harness.session('2025-06-18', as('a'));
    const ids = await Promise.all(
      Array.from(
        { length: 20 },
        async () => (await harness.session('2025-06-18', as('a')))['mcp-session-id'],
      ),
    );
    expect(new Set(ids).size).toBe(20);
    for (const id of ids) expect(Buffer.from(id, 'base64url')).toHaveLength(24);
    const [first = ''] = ids;
    const changed = `${first.startsWith('A') ? 'B' : 'A'}${first.slice(1)}`;
    const guesses = [
      own['mcp-session-id'],
      changed,
      '',
      '../',
      '__proto__',
      'constructor',
      first.slice(0, -1),
      `${first},${first}`,
    ];
    const answers = await Promise.all(
      guesses.map(async (id) => {
        const { status, messages, headers } = await harness.post(CALL, { ...as('b'), 'mcp-session-id': id });
        return { status, messages, names: [...headers.keys()].filter((name) => name !== 'date') };
      }),
    );
    for (const answer of answers) expect(answer).toStrictEqual(answers[0]);
    expect(answers[0]).toMatchObject({ status: 404, messages: [{ error: { code: -32001 } }] });
  });

  test.each(['POST', 'GET', 'DELETE'])(
    'is not there for another token by %s, before and after it changed',
    async (method) => {
      const { harness } = await start();
      const session = await harness.session('2025-11-25', as('a'));
      const send = (token: string): Promise<Response> =>
        fetch(harness.url, {
          method,
          headers: { ...JSON_TYPE, ...session, ...as(token) },
          ...(method === 'POST' ? { body: JSON.stringify(CALL) } : {}),
        });
      expect((await send('b')).status).toBe(404);
      expect((await harness.post(CALL, session)).status).toBe(200);
      expect(harness.guard.actions.every(({ caller }) => caller?.agent.id === 'a')).toBe(true);
    },
  );

  test('is not answered for by another: a posted answer to a server’s question is taken from its own client alone', async () => {
    let answered: Promise<unknown> | undefined;
    const behave: Behaviour = async (asked, server, call) => {
      if (asked.method !== 'tools/call') return echo(asked, server, call);
      answered = server.ask('elicitation/create', { message: 'who?' }, call);
      await answered;
      return echo(asked, server, call);
    };
    const { harness } = await start(behave);
    const mine = await harness.session('2025-06-18', as('a'));
    const others = await harness.session('2025-06-18', as('b'));
    const stream = streamOf(await harness.open(CALL, mine));
    const { id } = await stream.next();
    const forged = { jsonrpc: '2.0', id, result: { action: 'accept', content: { forged: true } } };
    expect((await harness.post(forged, { ...mine, ...as('b') })).status).toBe(404);
    expect((await harness.post(forged, others)).status).toBe(202);
    expect((await harness.post(forged, as('b'))).status).toBe(400);
    const own = { jsonrpc: '2.0', id, result: { action: 'decline' } };
    expect((await harness.post(own, mine)).status).toBe(202);
    expect(await answered).toStrictEqual({ result: { action: 'decline' } });
    // The same once more changes nothing.
    expect((await harness.post(forged, mine)).status).toBe(202);
    expect(await stream.next()).toMatchObject({ id: 5, result: { structuredContent: { a: 1 } } });
  });

  test('does not hand its stream to another by `Last-Event-ID`, nor one stream’s events to another', async () => {
    const { behave, server } = waiting();
    const { harness } = await start(behave);
    const mine = await harness.session('2025-11-25', as('a'));
    const others = await harness.session('2025-11-25', as('b'));
    const leaving = new AbortController();
    const stream = streamOf(await harness.open(CALL, mine, leaving.signal));
    expect(await stream.next()).toMatchObject({ params: { data: 'begun' } });
    leaving.abort();
    await expect.poll(() => harness.face.stats().streams).toBe(0);
    const resume = (headers: Record<string, string>, id: string): Promise<Response> =>
      fetch(harness.url, { headers: { ...headers, accept: 'text/event-stream', 'last-event-id': id } });
    // The session of another with my event's id, and mine with another's token.
    expect((await resume(others, 'p1-0')).status).toBe(404);
    expect((await resume({ ...mine, ...as('b') }, 'p1-0')).status).toBe(404);
    for (const id of ['p2-0', 'p1', 'P1-0', 'p1--1', '__proto__-0', 'get-99999999999999999', '%70%31-0'])
      expect((await resume(mine, id)).status).toBe(404);
    expect(server()?.aborted).toEqual([]);
    const resumed = streamOf(await resume(mine, 'p1-0'));
    expect(await resumed.next()).toMatchObject({ params: { data: 'begun' } });
  });

  test('has one stream for what belongs to no request, which nobody takes over while it is read', async () => {
    const { behave } = waiting();
    const { harness, callers, timers } = await start(behave);
    const mine = await harness.session('2025-11-25', as('a'));
    const others = await harness.session('2025-11-25', as('b'));
    const listen = (headers: Record<string, string>): Promise<Response> =>
      fetch(harness.url, { headers: { ...headers, accept: 'text/event-stream' } });
    const open = streamOf(await listen(mine));
    // A second client of the same session, by its place or without one, and another principal by the id of the session.
    expect((await listen(mine)).status).toBe(409);
    expect((await listen({ ...mine, 'last-event-id': 'get-0' })).status).not.toBe(200);
    expect((await listen({ ...mine, ...as('b') })).status).toBe(404);
    // The same place in another session is a place in that session.
    const other = streamOf(await listen({ ...others, 'last-event-id': 'get-0' }));
    expect((await fetch(harness.url, { method: 'DELETE', headers: { ...mine, ...as('b') } })).status).toBe(
      404,
    );
    const [first, second] = harness.servers;
    await second?.tell('notifications/message', { level: 'info', data: 'for b' });
    await first?.tell('notifications/message', { level: 'info', data: 'for a' });
    expect(await open.next()).toMatchObject({ params: { data: 'for a' } });
    expect(await other.next()).toMatchObject({ params: { data: 'for b' } });
    // Nor is it resumed by whoever may not call any more.
    callers.end('a');
    timers.fire(KEEP_ALIVE_MS);
    await open.ended();
    for (const id of ['get-0', 'get-1']) {
      const late = await listen({ ...mine, 'last-event-id': id });
      expect(late.status).toBe(401);
      expect(await late.text()).not.toContain('for a');
    }
  });

  test('that is ended during a call cancels the call, and its id is nobody’s from then on', async () => {
    const { behave } = waiting();
    const { harness } = await start(behave);
    const mine = await harness.session('2025-11-25', as('a'));
    const again = await harness.session('2025-11-25', as('a'));
    const kept = streamOf(await harness.open(CALL, again));
    expect(await kept.next()).toMatchObject({ params: { data: 'begun' } });
    const stream = streamOf(await harness.open(CALL, mine));
    expect(await stream.next()).toMatchObject({ params: { data: 'begun' } });
    expect((await fetch(harness.url, { method: 'DELETE', headers: mine })).status).toBe(204);
    await stream.ended();
    await expect.poll(() => harness.servers.flatMap(({ aborted }) => aborted)).toEqual(['tools/call']);
    const resume = { ...mine, accept: 'text/event-stream', 'last-event-id': 'p1-0' };
    expect((await fetch(harness.url, { headers: resume })).status).toBe(404);
    expect((await harness.post(CALL, mine)).status).toBe(404);
    // The other session of the same principal goes on.
    expect(harness.servers.filter(({ isClosed }) => isClosed)).toHaveLength(1);
    expect(harness.face.stats().sessions.legacy).toBe(1);
  });

  test('is not cancelled by another: a `notifications/cancelled` reaches its own requests alone', async () => {
    const { behave, server } = waiting();
    const { harness } = await start(behave);
    const mine = await harness.session('2025-06-18', as('a'));
    const others = await harness.session('2025-06-18', as('b'));
    const stream = streamOf(await harness.open(CALL, mine));
    await stream.next();
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } };
    expect((await harness.post(cancel, others)).status).toBe(202);
    expect((await harness.post(cancel, { ...mine, ...as('b') })).status).toBe(404);
    expect(harness.servers.flatMap(({ aborted }) => aborted)).toEqual([]);
    expect((await harness.post(cancel, mine)).status).toBe(202);
    await expect.poll(() => harness.servers.flatMap(({ aborted }) => aborted)).toEqual(['tools/call']);
    expect(server()).toBeDefined();
  });
});
