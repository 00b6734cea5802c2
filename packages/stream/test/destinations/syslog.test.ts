// Syslog over TLS: what counts as read, with a receiver that misbehaves on demand and with a real rsyslogd.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { testAuthority } from '../../../../scripts/testing/certificate-authority.ts';
import { freePort } from '../../../../scripts/testing/free-port.ts';
import { type Destination, type SyslogSettings } from '../../src/index.ts';
import { openSyslog } from '../../src/destinations/syslog/index.ts';
import { deliver, destinationContract, type DestinationWorld } from './destination-contract.ts';
import { eventsOf, uidsOf } from './events.ts';
import { testPorts } from './ports.ts';
import { syslogServer } from './syslog-server.ts';

destinationContract('a receiver of syslog', syslogWorld, { knowsPartial: false });

test('a receiver that ends the connection in order before it read anything has acknowledged nothing', async () => {
  const server = createServer((socket) => socket.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const destination = await opened({ port, tls: false });
  await expect(destination.send(eventsOf(2), AbortSignal.timeout(15_000))).rejects.toMatchObject({
    code: 'export.refused',
  });
});

const PROGRAM = ['/usr/sbin/rsyslogd', '/usr/local/sbin/rsyslogd'].find((path) => existsSync(path));
const HAS_TLS = ['/usr/lib', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'].some(
  (folder) =>
    existsSync(join(folder, 'rsyslog')) && readdirSync(join(folder, 'rsyslog')).includes('lmnsd_ossl.so'),
);
const isHere = PROGRAM !== undefined && HAS_TLS;
if (!isHere)
  console.warn('rsyslogd with rsyslog-openssl not present: nothing is sent to a real receiver over TLS');
/** How long it may take to come up and to write, in milliseconds: machines that run tests are shared. */
const WAITING = { timeout: 20_000, interval: 20 };

describe.runIf(isHere)('a real rsyslogd over TLS', () => {
  test('has every event once, in order, over many connections', async () => {
    const { destination, received } = await rsyslog('right');
    for (const from of [0, 5, 10])
      expect(await destination.send(eventsOf(5, from), AbortSignal.timeout(15_000))).toBe(5);
    await vi.waitFor(() => expect(received()).toStrictEqual(uidsOf(eventsOf(15))), WAITING);
  });

  test('has every event, in order, after it was killed and came back', async () => {
    const { destination, received, kill, restart } = await rsyslog('right');
    await deliver(destination, eventsOf(5));
    await vi.waitFor(() => expect(received()).toHaveLength(5), WAITING);
    await kill();
    await expect(destination.send(eventsOf(5, 5), AbortSignal.timeout(15_000))).rejects.toMatchObject({
      code: 'export.unavailable',
    });
    await restart();
    await vi.waitFor(() => deliver(destination, eventsOf(5, 5)), WAITING);
    await vi.waitFor(() => expect([...new Set(received())]).toStrictEqual(uidsOf(eventsOf(10))), WAITING);
  });

  test('that does not accept our certificate has taken nothing, and nothing counts', async () => {
    const { destination, received } = await rsyslog('stranger');
    await expect(destination.send(eventsOf(3), AbortSignal.timeout(15_000))).rejects.toMatchObject({
      code: expect.stringMatching(/^export\.(?:refused|unavailable)$/),
    });
    expect(received()).toStrictEqual([]);
  });
});

test('a receiver that never ends a connection is told of as such, for it would get everything again and again', async () => {
  const control = new AbortController();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.resume();
    socket.once('end', () => control.abort());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const destination = await opened({ port: (server.address() as AddressInfo).port });
  await expect(destination.send(eventsOf(2), control.signal)).rejects.toMatchObject({
    code: 'export.unavailable',
    message: expect.stringContaining('was sent all, and did not end the connection'),
  });
});

interface Rsyslog {
  readonly destination: Destination;
  readonly received: () => readonly string[];
  readonly kill: () => Promise<void>;
  readonly restart: () => Promise<void>;
}

async function rsyslog(variant: 'right' | 'stranger'): Promise<Rsyslog> {
  const folder = temporaryFolder();
  const port = await freePort();
  certify(folder);
  const output = join(folder, 'received');
  const settings = join(folder, 'conf');
  writeFileSync(
    settings,
    `global(workDirectory="${folder}" defaultNetstreamDriver="ossl" defaultNetstreamDriverCAFile="${folder}/ca.pem"
  defaultNetstreamDriverCertFile="${folder}/server.pem" defaultNetstreamDriverKeyFile="${folder}/server.key" maxMessageSize="64k")
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="x509/certvalid")
template(name="uid" type="list") { property(name="structured-data") constant(value="\\n") }
ruleset(name="all") { action(type="omfile" file="${output}" template="uid" flushOnTXEnd="on") }
input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="all")
`,
  );
  const checked = spawnSync(PROGRAM as string, ['-N1', '-f', settings], { encoding: 'utf8' });
  expect(checked.status, checked.stderr).toBe(0);
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const end = once(child, 'exit');
    child.kill('SIGKILL');
    await end;
    rmSync(join(folder, 'pid'), { force: true });
  };
  const restart = (): Promise<void> => {
    child = spawn(PROGRAM as string, ['-n', '-f', settings, '-i', join(folder, 'pid')], { stdio: 'ignore' });
    return Promise.resolve();
  };
  onTestFinished(kill);
  await restart();
  const own = variant === 'right' ? 'client' : 'stranger';
  const destination = await opened({
    host: '127.0.0.1',
    port,
    tls: { ca: join(folder, 'ca.pem'), cert: join(folder, `${own}.pem`), key: join(folder, `${own}.key`) },
  });
  const received = (): readonly string[] =>
    existsSync(output)
      ? readFileSync(output, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => /\buid="([^"]*)"/.exec(line)?.[1] ?? '')
      : [];
  // A connection that says nothing tells that it is there.
  await vi.waitFor(() => listening(port), WAITING);
  return { destination, received, kill, restart };
}

async function listening(port: number): Promise<void> {
  const { connect } = await import('node:net');
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

/** Certificates of the receiver, of us, and of somebody whom it does not know. */
function certify(folder: string): void {
  const known = testAuthority('known');
  const write = (name: string, { cert, key }: { readonly cert: string; readonly key: string }): void => {
    writeFileSync(join(folder, `${name}.pem`), cert);
    writeFileSync(join(folder, `${name}.key`), key);
  };
  writeFileSync(join(folder, 'ca.pem'), known.cert);
  write('server', known.issue({ address: [127, 0, 0, 1] }));
  write('client', known.issue({}));
  write('stranger', testAuthority('unknown').issue({}));
}

async function opened(settings: Partial<SyslogSettings> & { readonly port: number }): Promise<Destination> {
  const destination = await openSyslog(
    {
      type: 'syslog',
      host: '127.0.0.1',
      format: 'ocsf',
      tls: false,
      hostname: 'node-1',
      maxOctets: 65_536,
      ...settings,
    },
    testPorts(),
  );
  onTestFinished(() => destination.close());
  return destination;
}

async function syslogWorld(): Promise<DestinationWorld> {
  const server = await syslogServer();
  const folder = temporaryFolder();
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  return {
    open(variant) {
      const { ca, cert, key } = variant === 'wrong-login' ? server.stranger : server.client;
      const tls = {
        ca: file('ca.pem', variant === 'wrong-authority' ? cert : ca),
        cert: file('cert.pem', cert),
        key: file('key.pem', key),
      };
      return opened({ port: server.port(), tls });
    },
    received: () => Promise.resolve(server.taken),
    kill: () => server.kill(),
    restart: () => server.restart(),
    takeOnly(count) {
      server.capacity = count;
      return Promise.resolve();
    },
    hang(isHanging) {
      server.isHanging = isHanging;
      return Promise.resolve();
    },
    secrets: [server.client.key, server.stranger.key],
    close: () => server.kill(),
  };
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-syslog-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
