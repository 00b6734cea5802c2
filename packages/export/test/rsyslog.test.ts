// A real rsyslogd takes the stream, counts its octets and reads the structured data.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatBytes, ENTRY_KINDS } from '@writ/core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { formatSyslog, frameSyslog, type OcsfEvent, toOcsf, toSyslog } from '../src/index.ts';
import { DETAILS, recorded } from '../../../scripts/testing/recorded-entries.ts';

const PROGRAM = ['/usr/sbin/rsyslogd', '/usr/local/sbin/rsyslogd'].find((path) => existsSync(path));
if (PROGRAM === undefined) console.warn('rsyslogd not present: messages are not given to a real receiver');

/** As many octets as the longest event of these tests needs. */
const MAX_OCTETS = 65_536;

/** How long it may take to come up and to write, in milliseconds: machines that run tests are shared. */
const WAITING = { timeout: 20_000, interval: 20 };

/** What is written of each message, by the names of rsyslog. */
const PROPERTIES = {
  app: 'app-name',
  host: 'hostname',
  id: 'msgid',
  severity: 'syslogseverity',
  facility: 'syslogfacility',
  data: 'structured-data',
  text: 'msg',
} as const;
type Received = Readonly<Record<keyof typeof PROPERTIES, string>>;

describe.runIf(PROGRAM !== undefined)('a real rsyslogd', () => {
  test('takes an event of every kind as one message, with its parts where they belong', async () => {
    const events = ENTRY_KINDS.flatMap((kind) =>
      DETAILS[kind].slice(0, 3).flatMap((detail) => toOcsf(recorded(detail), { productVersion: '0.1.0' })),
    );
    const options = { hostname: 'node-1', processId: '42', maxOctets: MAX_OCTETS };
    const received = await sendTo(events.map((event) => toSyslog(event, options)));
    expect(received.map(uidOf)).toStrictEqual(events.map((event) => event.metadata.uid));
    for (const [at, event] of events.entries())
      expect(received[at]).toMatchObject({
        app: 'writ',
        host: 'node-1',
        id: `ocsf-${event.class_uid}`,
        facility: '13',
      });
    const texts = received.map((one) => JSON.parse(one.text.replace(/^\ufeff/, '')) as OcsfEvent);
    expect(texts).toStrictEqual(events);
  });

  test('reads values that look like the end of their element, and text of several scripts', async () => {
    const values = ['a"b', 'a]b', 'a\\b', 'a\\"]b', 'ä 日本 🙂', 'x="1"][y'];
    const messages = values.map((uid) =>
      formatSyslog({
        facility: 13,
        severity: 5,
        timestamp: '2026-01-01T00:00:00.000Z',
        hostname: 'node-1',
        appName: 'writ',
        structuredData: { 'writ@32473': { uid } },
        text: uid,
      }),
    );
    const received = await sendTo(messages);
    expect(received.map(({ text }) => text.replace(/^\ufeff/, ''))).toStrictEqual(values);
    expect(received.map(uidOf)).toStrictEqual(values);
  });
});

/** What rsyslogd writes of `messages`, given to it over one connection. */
async function sendTo(messages: readonly Uint8Array[]): Promise<readonly Received[]> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-rsyslog-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const output = join(folder, 'received');
  const settings = join(folder, 'conf');
  const port = await freePort();
  writeFileSync(settings, configuration(folder, output, port));
  const checked = spawnSync(PROGRAM as string, ['-N1', '-f', settings], { encoding: 'utf8' });
  expect(checked.status, checked.stderr).toBe(0);
  const child = spawn(PROGRAM as string, ['-n', '-f', settings, '-i', join(folder, 'pid')], {
    stdio: 'ignore',
  });
  onTestFinished(() => ended(child));
  const socket = await vi.waitFor(() => connected(port), WAITING);
  socket.end(concatBytes(...messages.map(frameSyslog)));
  const lines = await vi.waitFor(() => {
    const written = readFileSync(output, 'utf8').split('\n').slice(0, -1);
    expect(written.length).toBeGreaterThanOrEqual(messages.length);
    return written;
  }, WAITING);
  return lines.map((line) => JSON.parse(line) as Received);
}

function configuration(folder: string, output: string, port: number): string {
  const fields = Object.entries(PROPERTIES)
    .map(([name, property]) => `property(outname="${name}" name="${property}" format="jsonf")`)
    .join(' constant(value=",") ');
  return `global(workDirectory="${folder}" maxMessageSize="${MAX_OCTETS}")
module(load="imtcp")
template(name="json" type="list") { constant(value="{") ${fields} constant(value="}\\n") }
ruleset(name="all") { action(type="omfile" file="${output}" template="json" flushOnTXEnd="on") }
input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="all")
`;
}

/** The value of the parameter `uid`, unescaped. */
function uidOf({ data }: Received): string | undefined {
  return /\buid="((?:[^"\\\]]|\\.)*)"/.exec(data)?.[1]?.replace(/\\(["\\\]])/g, '$1');
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, 'exit');
  child.kill('SIGKILL');
  await end;
}
