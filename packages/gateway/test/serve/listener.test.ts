// What the listener refuses before anything behind it hears of a request, on real sockets.
import { describe, expect, test } from 'vitest';
import { Operated, RawConnection, send } from './operated.ts';

const PING = { jsonrpc: '2.0', id: 1, method: 'ping' } as const;

describe('a request passes', () => {
  test.each([
    ['under the address that is listened at', '127.0.0.1:1'],
    ['under the name of loopback, with any port', 'localhost:9'],
    ['under the IPv6 address of loopback', '[::1]'],
    ['under a configured name, in any letters', 'Gateway.Example'],
    ['under the name of its URL', 'public.example:443'],
  ])('%s', async (_why, host) => {
    const operated = await Operated.open({
      gateway: { hosts: ['gateway.example'], url: 'https://public.example/mcp' },
    });
    // No session: the face refuses it, so it was reached.
    expect(await operated.post(PING, { headers: { host } })).toMatchObject({ status: 400 });
    const { started } = operated.gateway;
    expect(started.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
  });

  test('over IPv6', async () => {
    const operated = await Operated.open({ gateway: { listen: '[::1]:0' } });
    expect(operated.url).toMatch(/^http:\/\/\[::1\]:\d+\/mcp$/);
    expect((await operated.session()).id).toHaveLength(32);
  });

  test('at the configured path alone', async () => {
    const operated = await Operated.open({ gateway: { path: '/agents/mcp' } });
    expect(operated.url).toMatch(/\/agents\/mcp$/);
    expect((await operated.session()).id).toHaveLength(32);
  });
});

describe('a request is refused', () => {
  test.each([
    ['by a name that a page made up (DNS rebinding)', { host: 'attacker.example' }, '/mcp', 403],
    ['by a name with one of ours inside', { host: 'localhost.attacker.example' }, '/mcp', 403],
    ['by a host that is none', { host: 'a b' }, '/mcp', 403],
    ['from a page of a stranger', { origin: 'https://attacker.example' }, '/mcp', 403],
    ['from a page without an origin', { origin: 'null' }, '/mcp', 403],
    ['from a page on another port of this machine', { origin: 'http://localhost:6274' }, '/mcp', 403],
    ['at another path', {}, '/', 404],
    ['below the endpoint', {}, '/mcp/x', 404],
    ['at the endpoint with another spelling', {}, '/%6dcp', 404],
    ['at the probes, which have a listener of their own', {}, '/readyz', 404],
    ['at the metrics', {}, '/metrics', 404],
    [
      'before a page may call, of a stranger',
      { origin: 'https://attacker.example', ':method': 'OPTIONS' },
      '/mcp',
      403,
    ],
    ['by a method that MCP lacks', { ':method': 'PUT' }, '/mcp', 405],
  ])('%s', async (_why, given, path, status) => {
    const operated = await Operated.open();
    const { ':method': method = 'POST', ...headers } = given as Record<string, string>;
    const answer = await send(`${new URL(operated.url).origin}${path}`, { method, headers });
    expect(answer.status).toBe(status);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(operated.gateway.stats().answered).toEqual({ modern: 0, legacy: 0 });
  });

  test.each([
    ['Host', 'Host: localhost'],
    ['Authorization', 'Authorization: Bearer a\r\nAuthorization: Bearer b'],
    ['Mcp-Method', 'Mcp-Method: ping\r\nMcp-Method: tools/call'],
    ['Mcp-Session-Id', 'Mcp-Session-Id: a\r\nmcp-session-id: b'],
    ['Content-Type', 'Content-Type: application/json\r\nContent-Type: text/plain'],
    ['Origin', 'Origin: https://ok.example\r\nOrigin: https://attacker.example'],
  ])('whose %s header comes twice', async (_name, lines) => {
    const operated = await Operated.open({ gateway: { origins: ['https://ok.example'] } });
    const connection = new RawConnection(operated.url).write(
      `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${lines}\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(await connection.ended()).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('with more header fields than configured, none of them left out in silence', async () => {
    const operated = await Operated.open({ gateway: { limits: { headers: 16 } } });
    const headers = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`x-${at}`, '1']));
    expect(await send(operated.url, { headers: headers(30) })).toMatchObject({ status: 431 });
    expect(await operated.metric('writ_limits_hit_total{limit="headers"}')).toBe(1);
    expect((await send(operated.url, { headers: headers(5) })).status).not.toBe(431);
  });

  test('with a longer head than configured', async () => {
    const operated = await Operated.open({ gateway: { limits: { head: '2KiB' } } });
    const connection = new RawConnection(operated.url).write(
      `POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'a'.repeat(4_000)}\r\n\r\n`,
    );
    expect(await connection.ended()).toMatch(/^HTTP\/1\.1 431 /);
    expect(await operated.metric('writ_limits_hit_total{limit="head"}')).toBe(1);
  });

  test.each([
    ['as it says of itself', false],
    ['as it arrives in pieces, whatever it says', true],
  ])('with a longer body than configured, %s', async (_how, isChunked) => {
    const operated = await Operated.open({ gateway: { limits: { body: '1KiB' } } });
    const length = isChunked ? 'Transfer-Encoding: chunked' : 'Content-Length: 5000';
    const body = isChunked ? `1000\r\n${' '.repeat(4_096)}\r\n` : ' ';
    const connection = new RawConnection(operated.url).write(
      `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: */*\r\n${length}\r\n\r\n${body}`,
    );
    expect(await connection.ended()).toMatch(/^HTTP\/1\.1 413 /);
  });

  test.each([
    ['no HTTP', 'hello\r\n\r\n'],
    [
      'a body of two lengths',
      'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    ],
    [
      'a length and pieces',
      'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    ['no host', 'POST /mcp HTTP/1.1\r\n\r\n'],
    ['a folded header', 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n'],
  ])('that is %s', async (_what, text) => {
    const operated = await Operated.open();
    expect(await new RawConnection(operated.url).write(text).ended()).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('that names another server in its target', async () => {
    const operated = await Operated.open();
    const text = 'POST http://attacker.example/mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n';
    expect(await new RawConnection(operated.url).write(text).ended()).toMatch(/^HTTP\/1\.1 404 /);
  });
});

describe('connections', () => {
  test('whose head does not come in time end (slow loris)', async () => {
    const operated = await Operated.open({ gateway: { limits: { headTime: '1s', requestTime: '2s' } } });
    const slow = new RawConnection(operated.url).write('POST /mcp HTTP/1.1\r\nHost: loc');
    expect(await slow.ended()).toMatch(/^HTTP\/1\.1 408 /);
    expect(await operated.metric('writ_limits_hit_total{limit="request-time"}')).toBe(1);
  });

  test('whose body does not come in time end', async () => {
    const operated = await Operated.open({ gateway: { limits: { headTime: '1s', requestTime: '1s' } } });
    const slow = new RawConnection(operated.url).write(
      'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: */*\r\nContent-Length: 100\r\n\r\n{',
    );
    await slow.ended();
    expect(await operated.metric('writ_limits_hit_total{limit="request-time"}')).toBe(1);
  });

  test('past the configured number are closed, and the others go on', async () => {
    const operated = await Operated.open({ gateway: { limits: { connections: 1 } } });
    const first = new RawConnection(operated.url).write('GET /none HTTP/1.1\r\nHost: localhost\r\n');
    while ((await operated.metric('writ_connections')) !== 1);
    expect(await new RawConnection(operated.url).ended()).toBe('');
    expect(await operated.metric('writ_limits_hit_total{limit="connections"}')).toBe(1);
    first.write('\r\n');
    expect(await first.ended()).toMatch(/^HTTP\/1\.1 404 /);
  });

  test('carry the configured number of requests', async () => {
    const operated = await Operated.open({ gateway: { limits: { requestsPerConnection: 2 } } });
    const request = `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: */*\r\nContent-Length: 2\r\n\r\n{}`;
    const connection = new RawConnection(operated.url).write(request);
    expect(await connection.until('\r\n\r\n')).toContain('Connection: keep-alive');
    connection.write(request);
    await connection.until('Connection: close');
    connection.write(request);
    expect(await connection.ended()).toContain('HTTP/1.1 503');
    expect(await operated.metric('writ_limits_hit_total{limit="requests-per-connection"}')).toBe(1);
  });

  test('that ask to become something else end', async () => {
    const operated = await Operated.open();
    const text = 'GET /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    expect(await new RawConnection(operated.url).write(text).ended()).toBe('');
  });
});

describe('pages of configured origins', () => {
  const ORIGIN = 'https://app.example';

  test('are told that they may call, by name and never by `*`', async () => {
    const operated = await Operated.open({ gateway: { origins: [ORIGIN] } });
    const asked = await send(operated.url, { method: 'OPTIONS', headers: { origin: ORIGIN } });
    expect(asked).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-origin': ORIGIN, vary: 'Origin' },
    });
    const answer = await operated.post(PING, { headers: { origin: ORIGIN } });
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': ORIGIN });
    expect(JSON.stringify([asked.headers, answer.headers])).not.toContain('"*"');
  });
});
