/** Clients that listen to the same at a server over HTTP share one stream to it. */
import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { type Caller, Fault, type JsonObject, systemTimers } from '@writ/core';
import { HttpPool, ModernHttpUpstream, SharedSubscriptions } from '../../src/mcp/upstream/http/index.ts';
import { Servers, type UpstreamHandlers } from '../../src/mcp/upstream/index.ts';
import { answer, type Came, event, json, listen, type Listener, methodOf, stream } from './listener.ts';
import { META, resultOf } from './session.ts';

const CHANGES = { toolsListChanged: true };

/** A modern server that acknowledges whatever is listened to. */
interface Subscribed {
  readonly listener: Listener;
  readonly streams: { readonly came: Came; readonly response: ServerResponse; isOpen: boolean }[];
  tell(at: number, method: string): void;
  end(at: number): void;
}

async function subscribed(): Promise<Subscribed> {
  const streams: Subscribed['streams'] = [];
  const tag = (came: Came): JsonObject => ({
    'io.modelcontextprotocol/subscriptionId': came.body['id'] ?? null,
  });
  const listener = await listen((came, response) => {
    if (methodOf(came) !== 'subscriptions/listen') {
      const discovered = { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: {} };
      return json(response, answer(came, discovered));
    }
    const one = { came, response, isOpen: true };
    streams.push(one);
    response.on('close', () => {
      one.isOpen = false;
    });
    stream(response);
    const params = { notifications: CHANGES, _meta: tag(came) };
    return event(response, { jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params });
  });
  const at = (index: number): (typeof streams)[number] => {
    const one = streams[index];
    if (one === undefined) throw new Error('no such stream');
    return one;
  };
  return {
    listener,
    streams,
    tell: (index, method) => {
      const { came, response } = at(index);
      event(response, { jsonrpc: '2.0', method, params: { _meta: tag(came) } });
    },
    end: (index) => {
      const { came, response } = at(index);
      event(response, answer(came, { resultType: 'complete', _meta: tag(came) }));
      response.end();
    },
  };
}

interface Heard {
  readonly method: string;
  readonly subscription: unknown;
}

/** A client of a gateway whose sessions share `servers`. */
function client(
  servers: Servers,
  url: string,
  id: string,
  more: { caller?: Caller; wanted?: JsonObject } = {},
) {
  const heard: Heard[] = [];
  const handlers: UpstreamHandlers = {
    request: () => {},
    notification: (_upstream, { method, params }) => {
      const meta = params?.['_meta'] as JsonObject | undefined;
      heard.push({ method, subscription: meta?.['io.modelcontextprotocol/subscriptionId'] });
      return Promise.resolve();
    },
    malformed: () => {},
    ended: () => {},
    busy: () => undefined,
  };
  const { caller, wanted = CHANGES } = more;
  const who = caller === undefined ? {} : { caller };
  const link = servers.open(configOf(url), handlers, { era: 'modern', ...who });
  const leaving = new AbortController();
  const params = { notifications: wanted, _meta: META };
  const request = { kind: 'request' as const, id, method: 'subscriptions/listen', params };
  const channel = {
    isFull: false,
    drained: () => Promise.resolve(),
    notify: () => true,
    request: () => Promise.reject(new Error('nobody asks')),
  };
  const ended = link.request('subscriptions/listen', params, {
    signal: leaving.signal,
    call: { request, signal: leaving.signal, channel, ...who },
  });
  ended.catch(() => {});
  return {
    heard,
    link,
    ended,
    leave: () => leaving.abort(),
    has: (method: string) => heard.some((one) => one.method === method),
  };
}

const configOf = (url: string) => ({ name: 's', url, era: 'modern' }) as const;

function serversOf(url: string): Servers {
  const servers = new Servers([configOf(url)], {
    environment: {},
    stderr: new PassThrough(),
    timers: systemTimers,
    stops: undefined,
  });
  onTestFinished(() => servers.close());
  return servers;
}

const SILENT: UpstreamHandlers = {
  request: () => {},
  notification: () => Promise.resolve(),
  malformed: () => {},
  ended: () => {},
  busy: () => undefined,
};
const LINK = {
  name: 's',
  isTrusted: true,
  credential: undefined,
  timers: systemTimers,
  shownAs: () => '',
  caller: undefined,
};
const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';
const CHANGED = 'notifications/tools/list_changed';

test('five hundred clients that listen to the same hold one stream, and each hears it as its own', async () => {
  const { listener, streams, tell } = await subscribed();
  const servers = serversOf(listener.url);
  const all = Array.from({ length: 500 }, (_one, at) => client(servers, listener.url, `client-${at}`));
  await expect.poll(() => all.every(({ has }) => has(ACKNOWLEDGED))).toBe(true);
  tell(0, CHANGED);
  await expect.poll(() => all.every(({ has }) => has(CHANGED))).toBe(true);
  expect(streams).toHaveLength(1);
  for (const [at, { heard }] of all.entries())
    expect(new Set(heard.map(({ subscription }) => subscription))).toEqual(new Set([`client-${at}`]));
});

test('who comes later is told what was acknowledged, and not what was told before', async () => {
  const { listener, streams, tell } = await subscribed();
  const servers = serversOf(listener.url);
  const first = client(servers, listener.url, 'first');
  await expect.poll(() => first.has(ACKNOWLEDGED)).toBe(true);
  tell(0, CHANGED);
  await expect.poll(() => first.has(CHANGED)).toBe(true);
  const second = client(servers, listener.url, 'second');
  await expect.poll(() => second.has(ACKNOWLEDGED)).toBe(true);
  expect(second.has(CHANGED)).toBe(false);
  expect(streams).toHaveLength(1);
});

test('the stream outlives whoever opened it, and ends with the last who listens', async () => {
  const { listener, streams, tell } = await subscribed();
  const servers = serversOf(listener.url);
  const first = client(servers, listener.url, 'first');
  const second = client(servers, listener.url, 'second');
  await expect.poll(() => first.has(ACKNOWLEDGED) && second.has(ACKNOWLEDGED)).toBe(true);
  first.leave();
  await expect(first.ended).rejects.toMatchObject({ code: 'guard.aborted' });
  await first.link.close();
  tell(0, CHANGED);
  await expect.poll(() => second.has(CHANGED)).toBe(true);
  expect(first.has(CHANGED)).toBe(false);
  await second.link.close();
  await expect(second.ended).rejects.toMatchObject({ code: 'upstream.closed' });
  await expect.poll(() => streams[0]?.isOpen).toBe(false);
});

test('its end is the end of all, each with its own id; the next opens another', async () => {
  const { listener, streams, end } = await subscribed();
  const servers = serversOf(listener.url);
  const all = ['first', 'second'].map((id) => client(servers, listener.url, id));
  await expect.poll(() => all.every(({ has }) => has(ACKNOWLEDGED))).toBe(true);
  end(0);
  const ends = await Promise.all(all.map(({ ended }) => ended));
  expect(ends.map((one) => resultOf(one)['_meta'])).toEqual([
    { 'io.modelcontextprotocol/subscriptionId': 'first' },
    { 'io.modelcontextprotocol/subscriptionId': 'second' },
  ]);
  const third = client(servers, listener.url, 'third');
  await expect.poll(() => third.has(ACKNOWLEDGED)).toBe(true);
  expect(streams).toHaveLength(2);
});

test('who listens to something else has a stream of its own', async () => {
  const { listener, streams } = await subscribed();
  const servers = serversOf(listener.url);
  const first = client(servers, listener.url, 'first');
  const second = client(servers, listener.url, 'second', { wanted: { promptsListChanged: true } });
  await expect.poll(() => first.has(ACKNOWLEDGED) && second.has(ACKNOWLEDGED)).toBe(true);
  expect(streams).toHaveLength(2);
});

test('with one stream more than a server is given, the client is told which bound was met', async () => {
  const { listener } = await subscribed();
  const pool = new HttpPool({ name: 's', url: listener.url }, 1);
  onTestFinished(() => pool.close('now'));
  const link = new ModernHttpUpstream({ ...LINK, pool, subscriptions: new SharedSubscriptions('s') }, SILENT);
  const open = (notifications: JsonObject) =>
    link.request('subscriptions/listen', { notifications, _meta: META }).catch((fault: unknown) => fault);
  void open(CHANGES);
  const refused = await open({ promptsListChanged: true });
  expect(refused).toBeInstanceOf(Fault);
  expect(refused).toMatchObject({
    code: 'bound.exceeded',
    message: '1 streams of server `s` are open, and no more are opened',
  });
  await link.close();
});

test('callers whom the server can tell apart by what it is shown do not share', async () => {
  const { listener, streams } = await subscribed();
  const pool = new HttpPool({ name: 's', url: listener.url });
  onTestFinished(() => pool.close('now'));
  const subscriptions = new SharedSubscriptions('s');
  for (const shown of ['ann', 'bob']) {
    const link = new ModernHttpUpstream({ ...LINK, pool, subscriptions, shownAs: () => shown }, SILENT);
    void link.request('subscriptions/listen', { notifications: CHANGES, _meta: META }).catch(() => {});
    onTestFinished(() => link.close());
  }
  await expect.poll(() => streams.length).toBe(2);
});
