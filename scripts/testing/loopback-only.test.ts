// The test runner refuses to leave the machine, by every way a test could.
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect, test } from 'vitest';

const ELSEWHERE = '192.0.2.1';
const REFUSED = /a test tried to reach the (?:address|host) `/;

test.each<[string, () => unknown]>([
  ['a socket', () => connect(80, ELSEWHERE)],
  ['a socket by options', () => connect({ port: 80, host: 'example.invalid' })],
  ['TLS', () => connectTls({ port: 443, host: ELSEWHERE })],
  ['http', () => get(`http://${ELSEWHERE}/`)],
])('%s is refused', (_why, open) => {
  expect(open).toThrow(REFUSED);
});

test('fetch is refused', async () => {
  const refused = await fetch(`http://${ELSEWHERE}/`).catch((error: unknown) => error as Error);
  expect((refused as Error).cause).toMatchObject({ message: expect.stringMatching(REFUSED) as string });
});

test('loopback is reached', async () => {
  const server = createServer((_request, response) => response.end('here')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (const host of ['127.0.0.1', 'localhost']) {
    expect(await (await fetch(`http://${host}:${port}/`)).text()).toBe('here');
  }
  server.closeAllConnections();
  server.close();
});
