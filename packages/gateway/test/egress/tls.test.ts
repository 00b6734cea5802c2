// TLS through the proxy: held to the host that was permitted, and, where the operator looks into it, judged request by request.
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock, systemRandom } from '@writ/core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { authorityFiles, createAuthority } from '../../src/egress/index.ts';
import {
  EgressWorld,
  host,
  LOOPBACK,
  makeToken,
  PERMIT_ALL,
  type RawClient,
  tlsHost,
  type WorldOptions,
} from './world.ts';

const OPENSSL = 'openssl';
const HAS_OPENSSL = spawnSync(OPENSSL, ['version'], { stdio: 'ignore' }).status === 0;
if (!HAS_OPENSSL) process.stderr.write('skipped: `openssl` is not installed (apt-get install openssl)\n');

const NAMES = { 'api.test': [['127.0.0.1']], 'other.test': [['127.0.0.1']] };

/** A world that looks into TLS on `port`, with its own authority. */
function looking(port: number, ca: string, options: WorldOptions = {}, inspect = ''): Promise<EgressWorld> {
  return EgressWorld.open({
    names: NAMES,
    egress: `${LOOPBACK}, https: [${port}], inspect: {ca: hosts.pem${inspect}}`,
    ...options,
    prepare(folder) {
      writeFileSync(join(folder, 'hosts.pem'), ca);
      createAuthority(authorityFiles(join(folder, '.writ')), {
        name: 'Writ egress test',
        clock: systemClock,
        random: systemRandom,
      });
    },
  });
}

function authorityOf(world: EgressWorld): string {
  return readFileSync(authorityFiles(join(world.folder, '.writ')).certificate, 'utf8');
}

/** TLS inside a tunnel. */
async function tlsOver(
  client: RawClient,
  options: {
    readonly name?: string;
    readonly ca: string;
    readonly protocols?: string[];
    readonly takesAnyName?: boolean;
  },
): Promise<TLSSocket> {
  client.socket.removeAllListeners('data');
  const { name = 'api.test', ca, protocols } = options;
  const secured = connectTls({
    socket: client.socket,
    servername: name,
    ca,
    ...(options.takesAnyName === true ? { checkServerIdentity: () => undefined } : {}),
    ...(protocols === undefined ? {} : { ALPNProtocols: protocols }),
  });
  secured.on('error', () => {});
  onTestFinished(() => void secured.destroy());
  await Promise.race([
    new Promise((resolve) => secured.once('secureConnect', resolve)),
    new Promise<never>((_resolve, reject) => secured.once('close', () => reject(new Error('closed')))),
  ]);
  return secured;
}

async function request(secured: TLSSocket, text: string): Promise<string> {
  let got = '';
  secured.on('data', (chunk: Buffer) => (got += chunk.toString('latin1')));
  secured.write(text);
  await new Promise((resolve) => secured.once('close', resolve));
  return got;
}

describe('a tunnel that was permitted as TLS', () => {
  const open = (port: number, options: WorldOptions = {}): Promise<EgressWorld> =>
    EgressWorld.open({ names: NAMES, egress: `${LOOPBACK}, https: [${port}]`, ...options });

  test('is TLS from the client to the host, and nobody looks into it', async () => {
    const behind = await tlsHost('api.test');
    const world = await open(behind.port);
    const { client } = await world.connect(`api.test:${behind.port}`);
    const secured = await tlsOver(client, { ca: behind.ca });
    expect(
      await request(secured, 'GET /x HTTP/1.1\r\nHost: api.test\r\nConnection: close\r\n\r\n'),
    ).toContain('hello from');
    await vi.waitFor(() => expect(world.entries()).toEqual(['decision allow', 'outcome performed']));
  });

  test.each([
    ['plain HTTP', 'GET / HTTP/1.1\r\nHost: other.test\r\n\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['a record of TLS that is no greeting', '\x17\x03\x03\x00\x05hello'],
  ])('carries no %s', async (_what, bytes) => {
    const behind = await host();
    const world = await open(behind.port);
    const { status, client } = await world.connect(`api.test:${behind.port}`);
    expect(status).toBe(200);
    client.socket.write(bytes, 'latin1');
    await client.ended();
    expect(behind.requests).toEqual([]);
    await vi.waitFor(() => expect(world.entries()).toEqual(['decision allow', 'outcome failed']));
  });

  test('carries nothing that came before it was open, but what may come after', async () => {
    const behind = await host();
    const world = await open(behind.port);
    const at = `api.test:${behind.port}`;
    const text = await world.raw(
      `CONNECT ${at} HTTP/1.1\r\nHost: ${at}\r\n\r\nGET / HTTP/1.1\r\nHost: api.test\r\n\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 200 Connection Established\r\nWrit-Receipt: \S+\r\n\r\n$/);
    expect(behind.requests).toEqual([]);
    await vi.waitFor(() => expect(world.entries()).toEqual(['decision allow', 'outcome failed']));
  });

  test('names its host in TLS', async () => {
    const behind = await tlsHost('api.test');
    const world = await open(behind.port);
    const { client } = await world.connect(`api.test:${behind.port}`);
    const asking = tlsOver(client, { name: '', ca: behind.ca, takesAnyName: true });
    await expect(asking).rejects.toThrow('closed');
    await vi.waitFor(() => expect(world.entries()).toEqual(['decision allow', 'outcome failed']));
  });

  test('names no other host in TLS than the one that was judged', async () => {
    const behind = await tlsHost('other.test');
    const world = await open(behind.port);
    const { client } = await world.connect(`api.test:${behind.port}`);
    const asking = tlsOver(client, { name: 'other.test', ca: behind.ca, takesAnyName: true });
    await expect(asking).rejects.toThrow('closed');
    expect(behind.requests).toEqual([]);
    await vi.waitFor(() => expect(world.entries()).toEqual(['decision allow', 'outcome failed']));
  });
});

describe('looking into TLS', () => {
  const PATHS = `@id("api") permit (principal, action == Action::"network/egress", resource == Host::"api.test") when { context.args has path && context.args.path like "/api/*" && context.args has method && context.args.method == "GET" };\n`;

  test('judges each request by method and path, under the certificate of the local authority', async () => {
    const behind = await tlsHost('api.test');
    const world = await looking(behind.port, behind.ca, { policy: PATHS });
    const { client } = await world.connect(`api.test:${behind.port}`);
    const secured = await tlsOver(client, { ca: authorityOf(world) });
    expect(secured.getPeerX509Certificate()?.subjectAltName).toBe('DNS:api.test');
    const text = await request(
      secured,
      `GET /api/x?q=1 HTTP/1.1\r\nHost: api.test:${behind.port}\r\n\r\nGET /admin HTTP/1.1\r\nHost: api.test:${behind.port}\r\n\r\n`,
    );
    expect(text).toContain('hello from');
    expect(text).toContain('HTTP/1.1 403');
    expect(behind.requests).toEqual(['GET /api/x?q=1']);
    await vi.waitFor(() =>
      expect(world.entries().toSorted()).toEqual(['decision allow', 'decision deny', 'outcome performed']),
    );
  });

  test('hands bodies to the detectors: a secret in one is refused', async () => {
    const behind = await tlsHost('api.test');
    const policy = `${PERMIT_ALL}@id("no-secrets") forbid (principal, action == Action::"network/egress", resource) when { context.findings.contains("payment-card") };`;
    const world = await looking(behind.port, behind.ca, { policy });
    const { client } = await world.connect(`api.test:${behind.port}`);
    const body = '{"note": "card 4111 1111 1111 1111"}';
    const secured = await tlsOver(client, { ca: authorityOf(world) });
    const text = await request(
      secured,
      `POST /notes HTTP/1.1\r\nHost: api.test:${behind.port}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(text).toContain('no-secrets');
    expect(behind.requests).toEqual([]);
  });

  test('leaves alone what is excepted', async () => {
    const behind = await tlsHost('api.test');
    const world = await looking(behind.port, behind.ca, {}, ', except: [api.test]');
    const { client } = await world.connect(`api.test:${behind.port}`);
    const secured = await tlsOver(client, { ca: behind.ca });
    expect(await request(secured, 'GET / HTTP/1.1\r\nHost: api.test\r\nConnection: close\r\n\r\n')).toContain(
      'hello from',
    );
  });

  test.each([
    ['a Host of another', 'GET / HTTP/1.1\r\nHost: other.test\r\n\r\n'],
    ['a whole URL', 'GET http://other.test/ HTTP/1.1\r\nHost: other.test\r\n\r\n'],
    ['CONNECT', 'CONNECT other.test:443 HTTP/1.1\r\nHost: other.test:443\r\n\r\n'],
    ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('takes no %s inside', async (_what, text) => {
    const behind = await tlsHost('api.test');
    const world = await looking(behind.port, behind.ca);
    const { client } = await world.connect(`api.test:${behind.port}`);
    const answer = await request(await tlsOver(client, { ca: authorityOf(world) }), text);
    expect(answer).not.toContain('200 OK');
    expect(behind.connections).toBe(0);
    expect(world.entries()).toEqual([]);
  });

  test('asks for each request whether the token still counts by which the tunnel was opened', async () => {
    const behind = await tlsHost('api.test');
    const world = await looking(behind.port, behind.ca, {
      egress: `${LOOPBACK}, auth: tokens, https: [${behind.port}], inspect: {ca: hosts.pem}`,
    });
    const { text, stored, tokens } = makeToken(world, 'ann');
    const { client } = await world.connect(
      `api.test:${behind.port}`,
      `Proxy-Authorization: Bearer ${text}\r\n`,
    );
    const secured = await tlsOver(client, { ca: authorityOf(world) });
    let got = '';
    secured.on('data', (chunk: Buffer) => (got += chunk.toString('latin1')));
    secured.write(`GET /1 HTTP/1.1\r\nHost: api.test:${behind.port}\r\n\r\n`);
    await vi.waitFor(() => expect(got).toContain('hello from'));
    tokens.revoke(stored, systemClock.now());
    expect(await request(secured, `GET /2 HTTP/1.1\r\nHost: api.test:${behind.port}\r\n\r\n`)).toContain(
      'HTTP/1.1 403',
    );
    expect(behind.requests).toEqual(['GET /1']);
  });

  test('gives no certificate for another host than the tunnel named', async () => {
    const behind = await tlsHost('api.test');
    const world = await looking(behind.port, behind.ca);
    const { client } = await world.connect(`api.test:${behind.port}`);
    const asking = tlsOver(client, { name: 'other.test', ca: authorityOf(world), takesAnyName: true });
    await expect(asking).rejects.toThrow('closed');
  });

  test('speaks HTTP/1.1, whatever else a client offers', async () => {
    const behind = await tlsHost('api.test');
    const world = await looking(behind.port, behind.ca);
    const { client } = await world.connect(`api.test:${behind.port}`);
    const secured = await tlsOver(client, { ca: authorityOf(world), protocols: ['h2', 'http/1.1'] });
    expect(secured.alpnProtocol).toBe('http/1.1');
  });

  test('waits no longer for a head inside than outside', async () => {
    const behind = await tlsHost('api.test');
    const world = await looking(behind.port, behind.ca, {
      egress: `${LOOPBACK}, https: [${behind.port}], inspect: {ca: hosts.pem}, limits: {headTime: 500ms}`,
    });
    for (const beginning of ['', 'GET / HT']) {
      const { client } = await world.connect(`api.test:${behind.port}`);
      const secured = await tlsOver(client, { ca: authorityOf(world) });
      expect(await request(secured, beginning)).not.toContain('200 OK');
    }
  });

  test('does not speak with a host whose own certificate nobody vouches for', async () => {
    const behind = await tlsHost('api.test');
    const stranger = await tlsHost('api.test');
    const world = await looking(behind.port, stranger.ca);
    const { client } = await world.connect(`api.test:${behind.port}`);
    const secured = await tlsOver(client, { ca: authorityOf(world) });
    expect(await request(secured, `GET / HTTP/1.1\r\nHost: api.test:${behind.port}\r\n\r\n`)).toContain(
      'HTTP/1.1 502',
    );
    expect(behind.requests).toEqual([]);
    await vi.waitFor(() => expect(world.entries()).toEqual(['decision allow', 'outcome failed']));
  });

  test('does not speak with it either where a variable of the environment says to believe everybody', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());
    const behind = await tlsHost('api.test');
    const stranger = await tlsHost('api.test');
    const world = await looking(behind.port, stranger.ca);
    const { client } = await world.connect(`api.test:${behind.port}`);
    const secured = await tlsOver(client, { ca: authorityOf(world) });
    expect(await request(secured, `GET / HTTP/1.1\r\nHost: api.test:${behind.port}\r\n\r\n`)).toContain(
      'HTTP/1.1 502',
    );
    expect(behind.requests).toEqual([]);
  });

  test.skipIf(!HAS_OPENSSL)(
    'shows certificates that OpenSSL takes by the strict rules of RFC 5280',
    async () => {
      const behind = await tlsHost('api.test');
      const world = await looking(behind.port, behind.ca);
      const { client } = await world.connect(`api.test:${behind.port}`);
      const secured = await tlsOver(client, { ca: authorityOf(world) });
      const leaf = join(world.folder, 'leaf.pem');
      writeFileSync(leaf, secured.getPeerX509Certificate()?.toString() ?? '');
      const authority = authorityFiles(join(world.folder, '.writ')).certificate;
      const verify = (name: string): string =>
        spawnSync(
          OPENSSL,
          [
            'verify',
            '-x509_strict',
            '-purpose',
            'sslserver',
            '-verify_hostname',
            name,
            '-CAfile',
            authority,
            leaf,
          ],
          { encoding: 'utf8' },
        ).stdout;
      expect(verify('api.test')).toContain('leaf.pem: OK');
      expect(verify('other.test')).not.toContain('OK');
    },
  );

  test('does not start without an authority, nor with a key that others can read', async () => {
    const start = (prepare: (folder: string) => void): Promise<EgressWorld> =>
      EgressWorld.open({ egress: 'inspect: {}', prepare });
    await expect(start(() => {})).rejects.toMatchObject({ code: 'key.missing' });
    const { chmodSync } = await import('node:fs');
    await expect(
      start((folder) => {
        const files = authorityFiles(join(folder, '.writ'));
        createAuthority(files, { name: 'x', clock: systemClock, random: systemRandom });
        expect(statSync(files.key).mode & 0o777).toBe(0o600);
        chmodSync(files.key, 0o644);
      }),
    ).rejects.toMatchObject({ code: 'key.permissions' });
  });
});

describe('WebSocket', () => {
  test('is judged as ws, and is bytes once the host agreed', async () => {
    const behind = await host();
    const { createServer } = await import('node:http');
    const server = createServer();
    server.on('upgrade', (_request, socket) => {
      socket.on('error', () => {});
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n',
      );
      socket.pipe(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const policy = `@id("ws") permit (principal, action == Action::"network/egress", resource) when { context.args.scheme == "ws" };`;
    const world = await EgressWorld.open({ policy });
    const client = world.client();
    const handshake = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
    client.socket.write(
      `GET http://127.0.0.1:${port}/socket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${handshake}`,
    );
    await client.until(() => client.text.includes('\r\n\r\n'));
    expect(client.text).toMatch(/^HTTP\/1\.1 101 /);
    client.socket.write('\x81\x05hello', 'latin1');
    await client.until(() => client.text.endsWith('hello'));
    client.socket.destroy();
    await vi.waitFor(() => expect(world.entries()).toEqual(['decision allow', 'outcome performed']));
    expect((await world.get(`http://127.0.0.1:${behind.port}/`)).status).toBe(403);
  });
});
