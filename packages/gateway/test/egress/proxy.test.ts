// What a permitted attempt gets, what a refused one is told, and what stands in the record of both.
import { describe, expect, test, vi } from 'vitest';
import { echoHost, EgressWorld, host, LOOPBACK } from './world.ts';

const ONLY = (name: string): string =>
  `@id("only") permit (principal, action == Action::"network/egress", resource == Host::"${name}");\n`;

describe('a permitted attempt', () => {
  test('of a plain request reaches the host, and decision and outcome stand in the log', async () => {
    const here = await host();
    const world = await EgressWorld.open({ names: { 'a.test': [['127.0.0.1']] } });
    const { status, text } = await world.get(`http://a.test:${here.port}/x?y=1`);
    expect(status).toBe(200);
    expect(text).toContain('hello from 127.0.0.1');
    expect(here.requests).toEqual(['GET /x?y=1']);
    expect(here.heads[0]?.headers.host).toBe(`a.test:${here.port}`);
    await vi.waitFor(() => expect(world.entries()).toEqual(['decision allow', 'outcome performed']));
  });

  test('of a tunnel carries bytes both ways', async () => {
    const echo = await echoHost();
    const world = await EgressWorld.open({ names: { 'a.test': [['127.0.0.1']] } });
    const { status, client } = await world.connect(`a.test:${echo.port}`);
    expect(status).toBe(200);
    expect(client.text).toMatch(/Writ-Receipt: \S+#\d+\r\n/);
    client.socket.write('ping');
    await client.until(() => client.text.endsWith('ping'));
    client.socket.end();
    await client.ended();
    await vi.waitFor(() => expect(world.entries()).toEqual(['decision allow', 'outcome performed']));
  });
});

describe('a refused attempt', () => {
  test('of a tunnel connects to nothing, and says receipt, policy and what to do', async () => {
    const echo = await echoHost();
    const world = await EgressWorld.open({ policy: ONLY('b.test'), names: { 'a.test': [['127.0.0.1']] } });
    const { status, client } = await world.connect(`a.test:${echo.port}`);
    const text = await client.ended();
    expect(status).toBe(403);
    expect(text).toMatch(/writ-receipt: \S+#\d+\r\n/);
    expect(text).toContain('What to do:');
    expect(echo.sockets).toHaveLength(0);
    expect(world.entries()).toEqual(['decision deny']);
  });

  test('tells programs in JSON', async () => {
    const world = await EgressWorld.open({ policy: ONLY('b.test') });
    const { text } = await world.get('http://a.test/', 'Accept: application/json\r\n');
    const { error } = JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) as { error: Record<string, unknown> };
    expect(error).toMatchObject({
      verdict: 'deny',
      policies: [],
      receipt: expect.stringMatching(/#\d+$/) as string,
    });
    expect(error['next']).toEqual(expect.any(String));
  });

  test('does not have its name looked up', async () => {
    const world = await EgressWorld.open({
      policy: ONLY('b.test'),
      names: { 'secret.a.test': [['127.0.0.1']] },
    });
    expect((await world.get('http://secret.a.test/')).status).toBe(403);
    expect(world.asked).toEqual([]);
  });

  test('names the policy that forbids it', async () => {
    const world = await EgressWorld.open({
      policy: `${ONLY('a.test')}@id("no-evil") forbid (principal, action == Action::"network/egress", resource == Host::"a.test");`,
      egress: LOOPBACK,
    });
    expect((await world.get('http://a.test/')).text).toContain('no-evil');
  });
});
