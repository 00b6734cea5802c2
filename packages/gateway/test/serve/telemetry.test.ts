// What a running gateway counts, and that nothing callers send or servers hold is ever told.
import { describe, expect, test } from 'vitest';
import { fixture, Operated, openSession, post, RawConnection, send } from './operated.ts';

const DENY_FAIL = `@id("all") permit (principal, action, resource);
@id("no") @reason("Not this one.") forbid (principal, action == Action::"files/fail", resource);
`;

describe('metrics', () => {
  test('count what was judged by server, verdict, face and era, and measure what it took', async () => {
    const operated = await Operated.open({ policies: DENY_FAIL });
    const session = await operated.session();
    await session.call('echo', {});
    await session.call('echo', {});
    await session.call('fail', {});
    const labels = (verdict: string) =>
      `{server="files",phase="call",verdict="${verdict}",face="mcp_http",era="legacy"}`;
    const { text } = await operated.admin('/metrics');
    // The handshake is judged too.
    expect(text).toContain(`writ_calls_total${labels('allow')} 3`);
    expect(text).toContain(`writ_calls_total${labels('deny')} 1`);
    expect(text).toContain('writ_call_seconds_count{part="guard"} 4');
    expect(text).toContain('writ_call_seconds_count{part="upstream"} 3');
    expect(await operated.metric('writ_log_append_seconds_count')).toBeGreaterThan(6);
    expect(await operated.metric('writ_sessions{era="legacy"}')).toBe(1);
    expect(await operated.metric('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    expect(await operated.metric('writ_event_loop_lag_seconds{quantile="0.99"}')).toBeGreaterThanOrEqual(0);
  });

  test('count modern requests apart', async () => {
    const operated = await Operated.open();
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const params = { name: 'echo', arguments: {}, _meta: meta };
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'echo' };
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params };
    expect(await operated.post(message, { headers })).toMatchObject({ status: 200 });
    const line = 'writ_calls_total{server="files",phase="call",verdict="allow",face="mcp_http",era="modern"}';
    expect(await operated.metric(line)).toBe(1);
    expect(await operated.metric('writ_sessions{era="modern"}')).toBe(1);
  });

  test('name tools only where that is configured, and only tools that there are', async () => {
    const plain = await Operated.open();
    await (await plain.session()).call('echo', {});
    expect((await plain.admin('/metrics')).text).not.toContain('echo');
    const named = await Operated.open({ gateway: { metrics: { tools: true } } });
    const session = await named.session();
    await session.call('echo', {});
    for (let at = 0; at < 20; at += 1) await session.call(`made-up-${at}`, {});
    const { text } = await named.admin('/metrics');
    expect(text).toContain('era="legacy",tool="echo"} 1');
    expect(text).not.toContain('made-up');
    expect(text).toContain(
      '{server="files",phase="call",verdict="deny",face="mcp_http",era="legacy",tool=""} 20',
    );
  });

  test('count who was not let in, by reason', async () => {
    const operated = await Operated.open({ gateway: { auth: { tokens: true } } });
    expect(await operated.post({ jsonrpc: '2.0', id: 1, method: 'ping' })).toMatchObject({ status: 401 });
    const headers = { authorization: 'Bearer writ_0000' };
    expect(await operated.post({ jsonrpc: '2.0', id: 1, method: 'ping' }, { headers })).toMatchObject({
      status: 401,
    });
    const { text } = await operated.admin('/metrics');
    expect(text).toContain('writ_auth_refusals_total{reason="auth.missing"} 1');
    expect(text.match(/^writ_auth_refusals_total\{.*\} 1$/gm)).toHaveLength(2);
  });
});

/** Each is planted in another place, and may come out in none. */
const SECRETS = {
  argument: 'planted-argument-7d3f',
  result: 'planted-result-1c9a',
  token: 'planted-token-55e0',
  cookie: 'planted-cookie-a861',
  query: 'planted-query-90b2',
  environment: 'planted-environment-3f44',
  stderr: 'planted-stderr-c0de',
  method: 'planted-method-e771',
  tool: 'planted-tool-08aa',
  origin: 'planted-origin-19bd',
  host: 'planted-host-62c5',
  path: 'planted-path-f3f3',
  malformed: 'planted-malformed-77a1',
  session: 'planted-session-d2d2',
};

test.each(['json', 'text'] as const)(
  'no line, metric or probe tells what callers send or servers hold (%s)',
  async (form) => {
    const operated = await Operated.open({
      gateway: { log: { form, level: 'debug' }, metrics: { tools: true } },
      policies: DENY_FAIL,
      servers: {
        files: { ...fixture(), env: { SECRET: '${SECRET}' } },
      },
      environment: { SECRET: SECRETS.environment },
    });
    const { url } = operated;
    const headers = {
      authorization: `Bearer ${SECRETS.token}`,
      cookie: `session=${SECRETS.cookie}`,
    };
    const session = await openSession(`${url}?token=${SECRETS.query}`, { headers });
    await session.call('echo', { text: SECRETS.argument });
    await session.call('fail', { text: SECRETS.argument });
    await session.call(SECRETS.tool, {});
    await session.call('noise', { lines: 3 });
    await session.ask(`x/${SECRETS.method}`, { text: SECRETS.argument });
    await session.ask('resources/read', { uri: `file:///${SECRETS.argument}` });
    const started = { jsonrpc: '2.0', id: 1, method: 'ping' } as const;
    await post(url, started, { headers: { 'mcp-session-id': SECRETS.session } });
    await post(url, started, { headers: { host: `${SECRETS.host}.example` } });
    await post(url, started, { headers: { origin: `https://${SECRETS.origin}.example` } });
    await send(`${new URL(url).origin}/${SECRETS.path}`, { headers });
    await send(
      url,
      { method: 'POST', headers: { ...headers, 'content-type': 'application/json', accept: '*/*' } },
      `{${SECRETS.malformed}`,
    );
    await new RawConnection(url).write(`${SECRETS.malformed}\r\n\r\n`).ended();
    await session.call('die', { text: SECRETS.argument });
    const ready = await operated.admin('/readyz?verbose');
    const metrics = await operated.admin('/metrics');
    await operated.gateway.close();
    expect(operated.log).toContain('a call did not run');
    const told = [operated.log, ready.text, metrics.text, JSON.stringify(operated.gateway.started)].join(
      '\n',
    );
    for (const [where, secret] of Object.entries(SECRETS))
      expect({ where, isTold: told.includes(secret) }).toEqual({ where, isTold: false });
    expect(told).not.toContain('a line for people');
  },
);

test('every line in JSON is an event with a time, a level and a code', async () => {
  const operated = await Operated.open({ policies: DENY_FAIL });
  const session = await operated.session();
  await session.call('fail', {});
  await operated.gateway.close();
  const { events } = operated;
  expect(operated.log.trimEnd().split('\n')).toHaveLength(events.length);
  for (const event of events) {
    expect(event).toMatchObject({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      level: expect.stringMatching(/^(?:debug|info|warn|error)$/) as string,
      event: expect.stringMatching(/^[a-z]+(?:\.[a-z-]+)?$/) as string,
    });
  }
  const refused = events.find(({ event }) => event === 'call.refused');
  expect(refused).toMatchObject({
    level: 'info',
    receipt: expect.stringMatching(/#\d+$/) as string,
    request: expect.any(String) as string,
    server: 'files',
    method: 'tools/call',
    verdict: 'deny',
    era: 'legacy',
  });
});

test('a call that reached its server and failed there does not read as one that did not run', async () => {
  const operated = await Operated.open();
  await (await operated.session()).call('fail', {});
  await operated.gateway.close();
  const failed = operated.events.find(({ outcome }) => outcome === 'failed');
  expect(failed).toMatchObject({
    level: 'info',
    event: 'call.failed',
    text: 'a call failed',
    verdict: 'allow',
  });
  expect(operated.log).not.toContain('a call did not run');
});

test('what servers write for people is passed on where that is configured', async () => {
  const operated = await Operated.open({ gateway: { log: { form: 'text', servers: true } } });
  await (await operated.session()).call('noise', { lines: 1 });
  expect(operated.log).toContain('a line for people');
});
