// Ways to reach what an agent has no business with. Policy permits everything here: what refuses is the proxy's own, and each refusal is in the record.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { systemTimers } from '@writ/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createResolver } from '../../src/egress/index.ts';
import { EgressWorld, host, LOOPBACK } from './world.ts';

/** Code of a refusal that is judged and recorded, or of one that is counted because it cannot be read. */
type Row = readonly [what: string, authority: string, code: string];

const ADDRESSES: readonly Row[] = [
  ['loopback', '127.0.0.1', 'egress.address'],
  ['another loopback', '127.8.9.10', 'egress.address'],
  ['loopback by the name that everybody knows', 'localhost.test', 'egress.address'],
  ['decimal IPv4', '2130706433', 'egress.address'],
  ['hexadecimal IPv4', '0x7f000001', 'egress.address'],
  ['hexadecimal IPv4 with dots', '0x7f.0x0.0x0.0x1', 'egress.address'],
  ['octal IPv4', '0177.0.0.1', 'egress.address'],
  ['octal IPv4 with many zeros', '00000177.0.0.01', 'egress.address'],
  ['short IPv4', '127.1', 'egress.address'],
  ['IPv4 with a dot at the end', '127.0.0.1.', 'egress.address'],
  ['this network, which Linux takes for itself', '0.0.0.0', 'egress.address'],
  ['zero', '0', 'egress.address'],
  ['private, 10/8', '10.0.0.5', 'egress.address'],
  ['private, 172.16/12', '172.31.255.254', 'egress.address'],
  ['private, 192.168/16', '192.168.1.1', 'egress.address'],
  ['carrier-grade NAT', '100.64.0.1', 'egress.address'],
  ['link-local', '169.254.1.1', 'egress.address'],
  ['metadata of most clouds', '169.254.169.254', 'egress.address'],
  ['metadata, as a decimal number', '2852039166', 'egress.address'],
  ['credentials of a task at Amazon', '169.254.170.2', 'egress.address'],
  ['metadata of Alibaba', '100.100.100.200', 'egress.address'],
  ['agent of Azure, at a public address', '168.63.129.16', 'egress.address'],
  ['metadata of Oracle', '192.0.0.192', 'egress.address'],
  ['documentation', '203.0.113.7', 'egress.address'],
  ['benchmarks', '198.18.0.1', 'egress.address'],
  ['multicast', '224.0.0.1', 'egress.address'],
  ['everybody on the link', '255.255.255.255', 'egress.address'],
  ['IPv6 loopback', '[::1]', 'egress.address'],
  ['IPv6 loopback in full', '[0:0:0:0:0:0:0:1]', 'egress.address'],
  ['IPv6 unspecified', '[::]', 'egress.address'],
  ['mapped IPv4', '[::ffff:127.0.0.1]', 'egress.address'],
  ['mapped IPv4 in hexadecimal', '[::ffff:7f00:1]', 'egress.address'],
  ['mapped metadata', '[::ffff:a9fe:a9fe]', 'egress.address'],
  ['mapped public IPv4, which nobody has to write so', '[::ffff:8.8.8.8]', 'egress.address'],
  ['compatible IPv4', '[::127.0.0.1]', 'egress.address'],
  ['translated IPv4', '[::ffff:0:127.0.0.1]', 'egress.address'],
  ['NAT64 to loopback', '[64:ff9b::127.0.0.1]', 'egress.address'],
  ['NAT64 to metadata', '[64:ff9b::a9fe:a9fe]', 'egress.address'],
  ['NAT64 inside a site', '[64:ff9b:1::1]', 'egress.address'],
  ['6to4 of loopback', '[2002:7f00:1::]', 'egress.address'],
  ['6to4 of a private address', '[2002:a00:1::1]', 'egress.address'],
  ['Teredo', '[2001:0:53aa:64c:0:0:80ff:fffe]', 'egress.address'],
  ['unique local', '[fd12:3456::1]', 'egress.address'],
  ['metadata over IPv6', '[fd00:ec2::254]', 'egress.address'],
  ['link-local IPv6', '[fe80::1]', 'egress.address'],
  ['site-local IPv6', '[fec0::1]', 'egress.address'],
  ['multicast IPv6', '[ff02::1]', 'egress.address'],
  ['documentation IPv6', '[2001:db8::1]', 'egress.address'],
  ['IPv6 that nobody was given', '[4000::1]', 'egress.address'],
  ['full-width digits, as percent-encoded bytes', '%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1', 'egress.host'],
  ['a name that leads to a private address', 'private.test', 'egress.address'],
  ['a name that leads to metadata', 'metadata.test', 'egress.address'],
  ['a name with one public and one private address', 'mixed.test', 'egress.address'],
  ['a name with one public and one mapped address', 'mapped.test', 'egress.address'],
  ['a name with a zone in its address', 'zoned.test', 'egress.address'],
  ['capital letters', 'PRIVATE.test', 'egress.address'],
  ['a dot at the end', 'private.test.', 'egress.address'],
  ['punycode that leads to a private address', 'xn--bcher-kva.test', 'egress.address'],
  ['a name that nobody knows', 'nowhere.test', 'egress.name'],
  ['a zone', '[fe80::1%25eth0]', 'egress.target'],
  ['a user before the host', 'public.test@127.0.0.1', 'egress.userinfo'],
  ['a user with a password', 'public.test:443@127.0.0.1', 'egress.userinfo'],
  ['percent-encoding', '127%2e0%2e0%2e1', 'egress.host'],
  ['percent-encoded letters', '%6cocalhost.test', 'egress.host'],
  ['a backslash', 'public.test\\@127.0.0.1', 'egress.userinfo'],
  ['two dots at the end', 'private.test..', 'egress.host'],
  ['an empty label', 'private..test', 'egress.host'],
  ['brackets around a name', '[localhost.test]', 'egress.target'],
  ['something after brackets', '[::1].public.test', 'egress.target'],
];

const NAMES = {
  'localhost.test': [['127.0.0.1', '::1']],
  'private.test': [['10.1.2.3']],
  'metadata.test': [['169.254.169.254']],
  'mixed.test': [['93.184.215.14', '10.1.2.3']],
  'mapped.test': [['93.184.215.14', '::ffff:10.1.2.3']],
  'zoned.test': [['fe80::1%eth0']],
  'xn--bcher-kva.test': [['192.168.0.9']],
  'public.test': [['127.0.0.1']],
};

/** Refusals that are judged: they stand in the record one by one. */
const JUDGED = new Set(['egress.address', 'egress.name', 'egress.own-place']);

describe.each(['CONNECT', 'GET', 'WebSocket'] as const)('by %s', (way) => {
  test.each(ADDRESSES)('%s is refused', async (_what, authority, code) => {
    // A door that would be found open: whatever leads to loopback would reach it.
    const door = await host();
    const world = await EgressWorld.open({ egress: '', names: NAMES });
    const place = `${authority}:${door.port}`;
    const text = await world.raw(
      way === 'CONNECT'
        ? `CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n\r\n`
        : `GET http://${place}/ HTTP/1.1\r\nHost: ${place}\r\n${way === 'GET' ? 'Connection: close\r\n' : 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'}\r\n`,
    );
    const status = Number(text.slice(9, 12));
    expect(door.connections).toBe(0);
    if (JUDGED.has(code)) {
      expect(status).toBe(403);
      expect(world.entries()).toEqual([`decision deny ${code}`]);
      expect(text).toMatch(/writ-receipt: \S+#\d+/);
    } else {
      expect(status).toBe(400);
      expect(world.entries()).toEqual([]);
      // Node's own parser refuses some of them before they are read here.
      expect(Object.keys(await world.counted()).filter((code) => !code.startsWith('egress.'))).toEqual([]);
      expect(Object.keys(await world.counted()).length).toBeGreaterThan(0);
    }
  });
});

describe('names that change what they mean', () => {
  test('a name is looked up once, and what was looked at is what is connected to (DNS rebinding)', async () => {
    const first = await host('127.0.0.2');
    const second = await host('127.0.0.3');
    const dns = await dnsServer([['127.0.0.2'], ['127.0.0.3']]);
    const resolver = createResolver({ servers: [dns.address], timeoutMs: 5_000, timers: systemTimers });
    const world = await EgressWorld.open({ egress: 'allowNetworks: [127.0.0.2]', resolver });
    const { text } = await world.get(`http://rebind.test:${first.port}/`);
    expect(text).toContain('hello from 127.0.0.2');
    expect(dns.asked.filter((type) => type === 'A')).toHaveLength(1);
    // Asked again, it leads elsewhere, and that is refused.
    expect((await world.get(`http://rebind.test:${second.port}/`)).status).toBe(403);
    expect(second.connections).toBe(0);
  });

  test('an answer of which a half is missing is none', async () => {
    const dns = await dnsServer([['127.0.0.2']], 'SERVFAIL for AAAA');
    const resolver = createResolver({ servers: [dns.address], timeoutMs: 5_000, timers: systemTimers });
    const world = await EgressWorld.open({ resolver });
    expect((await world.get('http://half.test/')).text).toContain('cannot be looked up');
    expect(world.entries()).toEqual(['decision deny egress.name']);
  });

  test('a name with more addresses than anybody has is none', async () => {
    const addresses = Array.from({ length: 65 }, (_one, at) => `127.0.0.${at + 1}`);
    const world = await EgressWorld.open({ names: { 'many.test': [addresses] } });
    expect((await world.get('http://many.test/')).status).toBe(403);
    expect(world.entries()).toEqual(['decision deny egress.name']);
  });

  test('what is permitted by something that only the guard knew goes to public addresses alone: no policy saw another', async () => {
    const door = await host();
    const policy =
      '@id("paid") permit (principal, action == Action::"network/egress", resource) when { context.findings.contains("payment-card") };';
    const world = await EgressWorld.open({ policy, names: { 'late.test': [['127.0.0.1']] } });
    const at = `late.test:${door.port}`;
    const body = 'card 4111 1111 1111 1111';
    const text = await world.raw(
      `POST http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(text).not.toMatch(/^HTTP\/1\.1 200/);
    expect(world.asked).toEqual(['late.test']);
    expect(door.connections).toBe(0);
    expect(world.entries()).toEqual(['decision allow', 'outcome failed']);
  });

  test('a redirect comes back to the client, whose next request is judged for itself', async () => {
    const inner = await host('127.0.0.9');
    const outer = await host('127.0.0.2', (_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.9:${inner.port}/latest/meta-data` }).end();
    });
    const world = await EgressWorld.open({ egress: 'allowNetworks: [127.0.0.2]' });
    const redirected = await world.get(`http://127.0.0.2:${outer.port}/`);
    expect(redirected.status).toBe(302);
    const [, location = ''] = /location: (\S+)/i.exec(redirected.text) ?? [];
    expect((await world.get(location)).status).toBe(403);
    expect(inner.connections).toBe(0);
  });
});

describe('what an operator opens', () => {
  test('a network that is named is reached, and no other', async () => {
    const named = await host('127.0.0.2');
    const other = await host('127.0.0.3');
    const world = await EgressWorld.open({ egress: 'allowNetworks: [127.0.0.2]' });
    expect((await world.get(`http://127.0.0.2:${named.port}/`)).status).toBe(200);
    expect((await world.get(`http://127.0.0.3:${other.port}/`)).status).toBe(403);
  });

  test('a host with an address of its own is not looked up, and is reached there alone', async () => {
    const named = await host('127.0.0.2');
    const world = await EgressWorld.open({ egress: 'hosts: {build.test: 127.0.0.2}' });
    expect((await world.get(`http://build.test:${named.port}/`)).text).toContain('hello from 127.0.0.2');
    expect(world.asked).toEqual([]);
  });

  test('a host that is named leads where it leads, but never to metadata', async () => {
    const door = await host('127.0.0.2');
    const world = await EgressWorld.open({
      egress: 'hosts: {a.test: dns, b.test: dns}',
      names: { 'a.test': [['127.0.0.2']], 'b.test': [['169.254.169.254']] },
    });
    expect((await world.get(`http://a.test:${door.port}/`)).status).toBe(200);
    expect((await world.get('http://b.test/')).status).toBe(403);
  });

  test('metadata is not opened by a network around it', async () => {
    const world = await EgressWorld.open({ egress: 'allowNetworks: [169.254.0.0/16]' });
    expect((await world.get('http://169.254.169.254/latest')).status).toBe(403);
    expect(world.entries()).toEqual(['decision deny egress.address']);
  });

  test.each([
    ['its own address', '127.0.0.1'],
    ['another address of this machine', '127.3.2.1'],
    ['a name', 'self.test'],
    ['what Linux takes for itself', '0.0.0.0'],
    ['mapped IPv6', '[::ffff:127.0.0.1]'],
  ])('the proxy itself is not, by %s', async (_what, name) => {
    const world = await EgressWorld.open({
      egress: `${LOOPBACK.replace(']', ', 0.0.0.0/8, "::ffff:0:0/96"]')}`,
      names: { 'self.test': [['127.0.0.1']] },
    });
    expect((await world.get(`http://${name}:${world.port}/`)).status).toBe(403);
    expect(world.entries()).toEqual(['decision deny egress.own-place']);
  });

  test.each([
    ['the gateway', 8640],
    ['its probes and metrics', 8641],
    ['the service that other gateways ask', 8651],
  ])('%s is not where the configuration says nothing of it', async (_what, port) => {
    const world = await EgressWorld.open();
    expect((await world.get(`http://127.0.0.1:${port}/`)).status).toBe(403);
    expect(world.entries()).toEqual(['decision deny egress.own-place']);
  });

  test('other doors of Writ are not, whatever is named', async () => {
    const world = await EgressWorld.open({ yaml: 'gateway: {listen: "127.0.0.1:18640", auth: none}' });
    expect((await world.get('http://127.0.0.1:18640/mcp')).status).toBe(403);
    expect((await world.get('http://127.0.0.1:8641/metrics')).status).toBe(403);
    expect(world.entries()).toEqual(['decision deny egress.own-place', 'decision deny egress.own-place']);
  });
});

/** A DNS server of this test: answers A with one list after another, and AAAA with nothing or a failure. */
async function dnsServer(
  answers: readonly (readonly string[])[],
  failure?: string,
): Promise<{ readonly address: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const end = query.indexOf(0, 12) + 5;
    const isA = query.readUInt16BE(end - 4) === 1;
    const times = asked.filter((type) => type === 'A').length;
    asked.push(isA ? 'A' : 'AAAA');
    const found = isA ? (answers[Math.min(times, answers.length - 1)] ?? []) : [];
    const head = Buffer.from(query.subarray(0, 12));
    const code = !isA && failure !== undefined ? 2 : 0;
    head.writeUInt16BE(0x8180 | code, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(found.length, 6);
    head.writeUInt32BE(0, 8);
    const records = found.map((text) =>
      Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...text.split('.').map(Number)]),
    );
    socket.send(Buffer.concat([head, query.subarray(12, end), ...records]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return { address: `127.0.0.1:${socket.address().port}`, asked };
}
