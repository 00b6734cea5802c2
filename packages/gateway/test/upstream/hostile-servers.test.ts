/** Servers over HTTP that break the protocol, in both eras: what they send is bounded, and nothing of it is taken for an answer. */
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MAX_LINE_BYTES } from '../../src/mcp/index.ts';
import { answer, type Came, event, json, listen, stream } from './listener.ts';
import { resultOf, Session } from './session.ts';

type Send = (came: Came, response: ServerResponse) => unknown;

const ERAS = ['modern', 'legacy'] as const;

async function call(
  era: 'modern' | 'legacy',
  send: Send,
): Promise<{ session: Session; came: Came[]; outcome: unknown }> {
  const upstream = await listen(send);
  const session = new Session({ name: 's', url: upstream.url, era }, { era });
  const outcome = await session.modern('tools/call', { name: 'a' }).catch((thrown: unknown) => thrown);
  return { session, came: upstream.came, outcome };
}

const whole = (came: Came, more = ''): string =>
  `{"jsonrpc":"2.0","id":${JSON.stringify(came.body['id'])},"result":{${more}}}`;

function sends(type: string, text: (came: Came) => string): Send {
  return (came, response) => response.writeHead(200, { 'content-type': type }).end(text(came));
}

function endlessly(response: ServerResponse, head: string, chunk: string): void {
  response.write(head);
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

describe.each(ERAS)('%s', (era) => {
  test.each([
    ['HTML', sends('text/html', () => '<p>hello</p>'), 'neither JSON nor a stream'],
    ['no type', (_came, response) => response.writeHead(200).end('{}'), 'neither JSON nor a stream'],
    [
      'a type that begins like JSON',
      sends('application/json5', (came) => whole(came)),
      'neither JSON nor a stream',
    ],
    ['an answer of status 202', (_came, response) => response.writeHead(202).end(), 'before the answer'],
    [
      'a redirect',
      (_came, response) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end(),
      'a redirect (HTTP 307), and none is followed',
    ],
    [
      'a compressed body',
      (_came, response) =>
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end('x'),
      'compressed',
    ],
    [
      'a stream that is not UTF-8',
      (_came, response) => {
        stream(response);
        response.end(Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0x0a, 0x0a]));
      },
      'not UTF-8',
    ],
    [
      'JSON of an answer to another',
      sends('application/json', () => '{"jsonrpc":"2.0","id":999,"result":{}}'),
      'before the answer',
    ],
    ['a batch', sends('application/json', (came) => `[${whole(came)}]`), 'before the answer'],
    ['an empty body', sends('application/json', () => ''), 'before the answer'],
    ['no JSON', sends('application/json', () => '{"jsonrpc":'), 'before the answer'],
  ])('%s is no answer', async (_what, send, problem) => {
    const { outcome } = await call(era, send);
    expect(outcome).toMatchObject({ code: 'upstream.protocol', message: expect.stringContaining(problem) });
  });

  test.each([
    ['a duplicate key', (came: Came) => whole(came, '"a":1,"a":2')],
    ['a lone surrogate', (came: Came) => whole(came, '"a":"\\ud800"')],
    ['an inexact integer', (came: Came) => whole(came, '"a":9007199254740993')],
  ])('an answer with %s is an error that its client hears, in JSON as in a stream', async (_what, text) => {
    const inJson = await call(era, sends('application/json', text));
    const inStream = await call(
      era,
      sends('text/event-stream', (came) => `data: ${text(came)}\n\n`),
    );
    for (const { outcome, session } of [inJson, inStream]) {
      expect(outcome).toMatchObject({ error: { code: -32011 } });
      expect(session.malformed).toHaveLength(1);
    }
  });

  test.each([
    ['a whole body without end', 'application/json', '{"jsonrpc":"2.0","x":"', 'a'.repeat(65_536)],
    ['an event without end', 'text/event-stream', 'data: "', 'a'.repeat(65_536)],
    ['an event of lines without end', 'text/event-stream', '', `data: ${'a'.repeat(65_000)}\n`],
  ])('%s is given up at its bound', async (_what, type, head, chunk) => {
    const { outcome } = await call(era, (_came, response) => {
      response.writeHead(200, { 'content-type': type });
      endlessly(response, head, chunk);
    });
    expect(outcome).toMatchObject({
      code: 'rpc.too-large',
      message: expect.stringContaining(String(MAX_LINE_BYTES)),
    });
  });

  test('a refusal whose body has no end is a refusal, and no more is read than is thrown away', async () => {
    const { outcome } = await call(era, (_came, response) => {
      response.writeHead(403, { 'content-type': 'text/plain' });
      endlessly(response, '', 'a'.repeat(65_536));
    });
    expect(outcome).toMatchObject({ code: 'upstream.protocol', data: { status: 403 } });
  });

  test('an answer to another id and a second answer on a stream are told of and are not taken', async () => {
    const { outcome, session } = await call(era, (came, response) => {
      stream(response);
      event(response, { jsonrpc: '2.0', id: 12_345, result: { forged: true } });
      event(response, answer(came, { first: true }));
      event(response, answer(came, { second: true }));
      response.end();
    });
    expect(outcome).toStrictEqual({ result: { first: true } });
    await session.until(() => session.malformed.length === 2);
  });

  test('an answer on the stream of another call does not answer it', async () => {
    const held: Came[] = [];
    const upstream = await listen((came, response) => {
      held.push(came);
      if (held.length === 1) return;
      const [first] = held;
      stream(response);
      event(response, { jsonrpc: '2.0', id: first?.body['id'], result: { forged: true } });
      event(response, answer(came, { own: true }));
      response.end();
    });
    const session = new Session({ name: 's', url: upstream.url, era }, { era });
    const ending = new AbortController();
    const first = session.modern('tools/call', { name: 'a' }, { signal: ending.signal });
    await upstream.until((came) => came.length === 1);
    expect(resultOf(await session.modern('tools/call', { name: 'b' }))).toStrictEqual({ own: true });
    ending.abort();
    await expect(first).rejects.toMatchObject({ code: 'guard.aborted' });
  });

  test('a stream of comments without end is ended when its call is given up, and others are served meanwhile', async () => {
    const closed = Promise.withResolvers<void>();
    const upstream = await listen((came, response) => {
      if (JSON.stringify(came.body).includes('"b"')) return json(response, answer(came, {}));
      stream(response);
      response.on('close', closed.resolve);
      return endlessly(response, ': hello\n\n', ': more\n\n'.repeat(1_000));
    });
    const session = new Session({ name: 's', url: upstream.url, era }, { era });
    const ending = new AbortController();
    const endless = session.modern('tools/call', { name: 'a' }, { signal: ending.signal });
    await upstream.until((came) => came.length === 1);
    for (let call = 0; call < 20; call += 1) resultOf(await session.modern('tools/call', { name: 'b' }));
    ending.abort();
    await expect(endless).rejects.toMatchObject({ code: 'guard.aborted' });
    await closed.promise;
  });

  test('a stream that stays open after its answer is ended after a moment', async () => {
    const closed = Promise.withResolvers<void>();
    const fires: (() => void)[] = [];
    const upstream = await listen((came, response) => {
      stream(response);
      response.on('close', closed.resolve);
      event(response, answer(came, {}));
    });
    const timers = { after: (_ms: number, run: () => void) => (fires.push(run), () => {}) };
    const session = new Session({ name: 's', url: upstream.url, era }, { era, timers });
    resultOf(await session.modern('tools/call', { name: 'a' }));
    for (let round = 0; round < 2; round += 1) for (const fire of fires.splice(0)) fire();
    await closed.promise;
  });

  test('a server that is silent for longer than it may is given up', async () => {
    const upstream = await listen(() => {});
    const session = new Session({ name: 's', url: upstream.url, era, timeoutMs: 1 }, { era });
    await expect(session.modern('tools/call', { name: 'a' })).rejects.toMatchObject({
      code: 'upstream.timeout',
    });
  });

  test('what is no HTTP, or nobody, is a fault that quotes nothing', async () => {
    const garbage = createServer((socket) =>
      socket.once('data', () => socket.end('SSH-2.0-secret-banner\r\n')),
    );
    garbage.listen(0, '127.0.0.1');
    onTestFinished(() => void garbage.close());
    await once(garbage, 'listening');
    const { port } = garbage.address() as AddressInfo;
    const session = new Session({ name: 's', url: `http://127.0.0.1:${port}/`, era }, { era });
    const spoke: unknown = await session.modern('tools/call').catch((thrown: unknown) => thrown);
    expect(spoke).toMatchObject({ code: 'upstream.protocol' });
    expect(String(spoke)).not.toContain('secret');
    garbage.close();
    await once(garbage, 'close');
    const gone = session.modern('tools/call');
    await expect(gone).rejects.toMatchObject({
      code: 'upstream.closed',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

test.each(['', 'a b', 'a'.repeat(2_000), 'ä'])('a session id of %j is refused', async (id) => {
  const upstream = await listen((came, response) => {
    const raw = Buffer.from(id, 'utf8').toString('latin1');
    json(response, answer(came, { protocolVersion: '2025-06-18', capabilities: {} }), 200, {
      'mcp-session-id': raw,
    });
  });
  const session = new Session({ name: 's', url: upstream.url, era: 'legacy' }, { era: 'legacy' });
  await expect(session.ask('initialize')).rejects.toMatchObject({
    code: 'upstream.protocol',
    message: expect.stringContaining('session id'),
  });
});

test('a name that stands for an address of metadata is not connected to, and neither is such an address', async () => {
  const config = { name: 's', url: 'http://169.254.169.254/mcp', era: 'modern' } as const;
  expect(() => new Session(config)).toThrow(expect.objectContaining({ code: 'upstream.start' }));
  expect(() => new Session({ ...config, url: 'http://[::ffff:a9fe:a9fe]/mcp' })).toThrow(/link-local/);
  expect(() => new Session({ ...config, url: 'http://0xA9FEA9FE/mcp' })).toThrow(/link-local/);
});
