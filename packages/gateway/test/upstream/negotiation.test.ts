/** Which era a server is spoken to in, found out by asking it in its client's own first. */
import { expect, test } from 'vitest';
import type { UpstreamConfig } from '../../src/mcp/index.ts';
import { fixture } from './fixture.ts';
import { answer, json, listen } from './listener.ts';
import { sdkV1, sdkV2 } from './sdk-servers.ts';
import { resultOf, Session } from './session.ts';

const call = { name: 'echo', arguments: {} };

test('a legacy client in front of a legacy server is passed through, and nothing else is asked', async () => {
  const { url, came } = await sdkV1();
  const session = new Session({ name: 's', url }, { era: 'legacy' });
  expect(resultOf(await session.initialize())).toMatchObject({ serverInfo: { name: 'v1' } });
  resultOf(await session.ask('tools/call', call));
  expect(came.filter((one) => one.startsWith('POST'))).toStrictEqual([
    'POST initialize',
    'POST notifications/initialized',
    'POST tools/call',
  ]);
});

test('a modern client in front of a modern server is passed through once the server said what it is', async () => {
  const { url, came } = await sdkV2();
  const session = new Session({ name: 's', url }, { era: 'modern' });
  resultOf(await session.modern('tools/call', call));
  resultOf(await session.modern('tools/list'));
  expect(came).toStrictEqual(['POST server/discover', 'POST tools/call', 'POST tools/list']);
});

test('a modern client in front of a legacy server is bridged', async () => {
  const { url, came } = await sdkV1();
  const session = new Session({ name: 's', url }, { era: 'modern' });
  const answers = await Promise.all(Array.from({ length: 5 }, () => session.modern('tools/call', call)));
  for (const one of answers) expect(resultOf(one)).toMatchObject({ resultType: 'complete' });
  expect(came.filter((one) => one === 'POST server/discover')).toHaveLength(1);
  expect(came.filter((one) => one === 'POST initialize')).toHaveLength(1);
});

test('a legacy client in front of a server that is modern alone is bridged', async () => {
  const { url, came } = await sdkV2();
  const session = new Session({ name: 's', url }, { era: 'legacy' });
  expect(resultOf(await session.initialize())).toMatchObject({
    protocolVersion: '2025-06-18',
    serverInfo: { name: 'v2' },
  });
  expect(resultOf(await session.ask('tools/call', call))).not.toHaveProperty('resultType');
  expect(came.slice(0, 3)).toStrictEqual(['POST initialize', 'POST server/discover', 'POST server/discover']);
});

test('what one session found out the next one knows', async () => {
  const { url, came } = await sdkV2();
  const config = { name: 's', url };
  const first = new Session(config, { era: 'modern' });
  resultOf(await first.modern('tools/list'));
  const again = first.servers.open(config, SILENT, { era: 'modern' });
  resultOf(await again.request('tools/list', undefined));
  expect(came.filter((one) => one === 'POST server/discover')).toHaveLength(1);
});

test('a session that a legacy server forgot is begun anew for modern clients', async () => {
  const { url, came, forget } = await sdkV1();
  const session = new Session({ name: 's', url }, { era: 'modern' });
  resultOf(await session.modern('tools/call', call));
  forget();
  await expect(session.modern('tools/call', call)).rejects.toMatchObject({ code: 'upstream.closed' });
  resultOf(await session.modern('tools/call', call));
  expect(came.filter((one) => one === 'POST initialize')).toHaveLength(2);
  expect(session.ended).toBeUndefined();
});

test('a server that is legacy no more is asked again, and then passed through', async () => {
  let isModern = false;
  const upstream = await listen((came, response) => {
    const { method, id } = came.body;
    if (id === undefined) return response.writeHead(202).end();
    const error = {
      code: -32022,
      message: 'Unsupported protocol version',
      data: { supported: ['2026-07-28'] },
    };
    if (isModern && came.headers['mcp-method'] === undefined)
      return json(response, { jsonrpc: '2.0', id, error }, 400);
    if (!isModern && came.headers['mcp-method'] !== undefined) return response.writeHead(400).end();
    if (method === 'server/discover')
      return json(response, answer(came, { supportedVersions: ['2026-07-28'], capabilities: {} }));
    const handshake = { protocolVersion: '2025-06-18', capabilities: {} };
    return json(response, answer(came, method === 'initialize' ? handshake : { isModern }));
  });
  const session = new Session({ name: 's', url: upstream.url }, { era: 'modern' });
  expect(resultOf(await session.modern('x'))).toMatchObject({ isModern: false });
  isModern = true;
  expect(await session.modern('x')).toMatchObject({ error: { code: -32022 } });
  expect(await session.modern('x')).toStrictEqual({ result: { isModern: true } });
  expect(session.ended).toBeUndefined();
});

test.each([
  [401, 'upstream.credential'],
  [403, 'upstream.protocol'],
  [500, 'upstream.protocol'],
  [503, 'upstream.protocol'],
])('HTTP %i says nothing of the era: the request fails, and nothing is guessed', async (status, code) => {
  const upstream = await listen((_came, response) => response.writeHead(status).end());
  const session = new Session({ name: 's', url: upstream.url }, { era: 'modern' });
  await expect(session.modern('tools/list')).rejects.toMatchObject({ code });
  await expect(session.modern('tools/list')).rejects.toMatchObject({ code });
  expect(upstream.came.every(({ body }) => body['method'] === 'server/discover')).toBe(true);
});

test.each([
  ['an error of a legacy server', { error: { code: -32601, message: 'Method not found' } }],
  [
    'an error that lists legacy versions alone',
    { error: { code: -32022, message: '', data: { supported: ['2025-11-25'] } } },
  ],
  ['a result without versions', { result: {} }],
  ['a result with legacy versions alone', { result: { supportedVersions: ['2025-11-25'] } }],
  ['versions that are none', { result: { supportedVersions: ['newest', 7] } }],
])('%s to `server/discover` says legacy', async (_what, outcome) => {
  const upstream = await listen((came, response) => {
    const { method, id } = came.body;
    if (id === undefined) return response.writeHead(202).end();
    if (method === 'server/discover') return json(response, { jsonrpc: '2.0', id, ...outcome });
    return json(
      response,
      answer(came, method === 'initialize' ? { protocolVersion: '2025-06-18', capabilities: {} } : {}),
    );
  });
  const session = new Session({ name: 's', url: upstream.url }, { era: 'modern' });
  resultOf(await session.modern('tools/list'));
  expect(upstream.came.map(({ body }) => body['method'])).toContain('initialize');
});

test('an era that the operator fixed is not asked for', async () => {
  const { url, came } = await sdkV1();
  const session = new Session({ name: 's', url, era: 'legacy' }, { era: 'modern' });
  resultOf(await session.modern('tools/list'));
  expect(came).not.toContain('POST server/discover');
});

test.each(['modern', 'legacy'] as const)(
  'a %s client of a program that speaks both eras is passed through',
  async (era) => {
    const session = new Session(await fixture('stdio', 'auto'), {});
    if (era === 'legacy') {
      expect(resultOf(await session.initialize())).toMatchObject({ protocolVersion: '2025-06-18' });
      resultOf(await session.ask('tools/list'));
    } else expect(resultOf(await session.modern('tools/list'))).toMatchObject({ resultType: 'complete' });
  },
);

test.each([
  [
    'ends at what it does not know',
    `process.stdin.on('data', (d) => { if (String(d).includes('server/discover')) process.exit(1); answer(d); });`,
  ],
  [
    'never answers what it does not know',
    // By lines: what came before it was listening comes as one piece.
    `process.stdin.on('data', (d) => { answer(String(d).replace(/.*server.discover.*/g, '')); });`,
  ],
])('a legacy program that %s is started or waited for, and bridged', async (_what, body) => {
  const source = `
    const answer = (d) => { for (const line of String(d).split('\\n')) { if (line === '') continue;
      const { id, method } = JSON.parse(line); if (id === undefined) continue;
      const result = method === 'initialize' ? { protocolVersion: '2025-06-18', capabilities: {} } : { method };
      process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n'); } };
    ${body}`;
  const config: UpstreamConfig = { name: 's', command: [process.execPath, '-e', source] };
  // The wait for an answer to the question is over at once.
  const timers = {
    after(ms: number, run: () => void) {
      const timer = ms === 10_000 && body.includes('replace') ? setTimeout(run, 200) : setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
  const session = new Session(config, { era: 'modern', timers });
  expect(resultOf(await session.modern('anything'))).toMatchObject({
    method: 'anything',
    resultType: 'complete',
  });
  expect(session.ended).toBeUndefined();
});

const SILENT = {
  request: () => {},
  notification: () => Promise.resolve(),
  malformed: () => {},
  ended: () => {},
  busy: () => undefined,
};

test('another configuration that cannot be used changes nothing, and one that can is what new sessions get', async () => {
  const [first, second] = [await sdkV2(), await sdkV2()];
  const session = new Session({ name: 's', url: first.url }, { era: 'modern' });
  resultOf(await session.modern('tools/list'));
  const auth = { kind: 'header', name: 'X-Key', value: { env: 'NOT_SET' } } as const;
  expect(() => session.servers.replace([{ name: 's', url: second.url, auth }])).toThrow(
    expect.objectContaining({ code: 'config.invalid' }),
  );
  resultOf(await session.modern('tools/list'));
  session.servers.replace([{ name: 's', url: second.url }]);
  const [next] = session.servers.openAll(SILENT, { era: 'modern' });
  resultOf((await next?.request('tools/list', undefined)) ?? { result: null });
  expect(second.came).toStrictEqual(['POST server/discover', 'POST tools/list']);
});
