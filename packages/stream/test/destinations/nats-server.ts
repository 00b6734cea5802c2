/** A real nats-server for tests: TLS, one user, a stream in files. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager, StorageType, type StreamConfig } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { vi } from 'vitest';
import { testAuthority } from '../../../../scripts/testing/certificate-authority.ts';
import { freePort } from '../../../../scripts/testing/free-port.ts';

const PROGRAM = 'nats-server';
/** Whether it is installed (Debian: `nats-server`). */
export const HAS_NATS: boolean = spawnSync(PROGRAM, ['--version']).status === 0;

export const STREAM = 'WRIT';
export const USER = 'writ';
export const PASSWORD = 'a-password-of-nats-that-nobody-may-see';
/** May do everything, and is not the one that sends. */
const ADMINISTRATOR = 'admin';
const UP = { timeout: 15_000, interval: 20 };

/** A server that runs. */
export interface NatsServer {
  readonly address: string;
  /** Files in PEM: the authority that issued its certificate, and another. */
  readonly authority: string;
  readonly otherAuthority: string;
  /** A message of the stream: its uid, headers by name, subject, text. */
  messages(): Promise<readonly NatsMessage[]>;
  configure(changes: Partial<StreamConfig>): Promise<void>;
  removeStream(): Promise<void>;
  kill(): Promise<void>;
  start(): Promise<void>;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  close(): Promise<void>;
}

export interface NatsMessage {
  readonly uid: string;
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
}

export interface NatsServerOptions {
  /** `false`: without TLS. */
  readonly tls?: boolean;
  /** The address that its certificate is of; its own unless told otherwise. */
  readonly certified?: readonly number[];
}

/** Starts one; the stream takes `writ.>`. */
export async function natsServer({
  tls = true,
  certified = [127, 0, 0, 1],
}: NatsServerOptions = {}): Promise<NatsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-nats-'));
  const address = `127.0.0.1:${await freePort()}`;
  const authority = testAuthority('nats');
  const issued = authority.issue({ address: certified });
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const files = {
    authority: file('authority.pem', authority.cert),
    otherAuthority: file('other.pem', testAuthority('other').cert),
    cert: file('server.pem', issued.cert),
    key: file('server.key', issued.key),
  };
  const config = file('nats.conf', configuration(folder, address, tls ? files : undefined));
  let child: ChildProcess | undefined;

  const administrate = async <Value>(act: (connection: NatsConnection) => Promise<Value>): Promise<Value> => {
    const connection = await connect({
      servers: [address],
      user: ADMINISTRATOR,
      pass: PASSWORD,
      reconnect: false,
      tls: tls ? { caFile: files.authority, rejectUnauthorized: false } : null,
    });
    try {
      return await act(connection);
    } finally {
      await connection.close();
    }
  };
  const start = async (): Promise<void> => {
    child = spawn(PROGRAM, ['-c', config], { stdio: 'ignore' });
    await vi.waitFor(() => administrate(async (connection) => void (await jetstreamManager(connection))), UP);
  };
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  await start();
  await administrate(async (connection) => {
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: STREAM, subjects: ['writ.>'], storage: StorageType.File });
  });

  return {
    address,
    authority: files.authority,
    otherAuthority: files.otherAuthority,
    messages: () => administrate(readMessages),
    configure: (changes) =>
      administrate(async (connection) => {
        const manager = await jetstreamManager(connection);
        await manager.streams.update(STREAM, changes);
      }),
    removeStream: () =>
      administrate(async (connection) => {
        await (await jetstreamManager(connection)).streams.delete(STREAM);
      }),
    kill,
    start,
    signal: (name) => void child?.kill(name),
    async close() {
      child?.kill('SIGCONT');
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function readMessages(connection: NatsConnection): Promise<readonly NatsMessage[]> {
  const manager = await jetstreamManager(connection);
  const { state } = await manager.streams.info(STREAM);
  const found: NatsMessage[] = [];
  for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq += 1) {
    const message = await manager.streams.getMessage(STREAM, { seq });
    if (message === null) continue;
    found.push({
      uid: message.header.get('Writ-Uid'),
      messageId: message.header.get('Nats-Msg-Id'),
      subject: message.subject,
      text: message.string(),
    });
  }
  return found;
}

function configuration(
  folder: string,
  address: string,
  tls: { readonly cert: string; readonly key: string } | undefined,
): string {
  const permissions = '{ publish: ["writ.>"], subscribe: ["_INBOX.>"] }';
  return [
    `listen: "${address}"`,
    `jetstream { store_dir: "${join(folder, 'jetstream')}" }`,
    ...(tls === undefined ? [] : [`tls { cert_file: "${tls.cert}", key_file: "${tls.key}" }`]),
    'authorization { users: [',
    `  { user: ${USER}, password: "${PASSWORD}", permissions: ${permissions} }`,
    `  { user: ${ADMINISTRATOR}, password: "${PASSWORD}" }`,
    '] }',
    '',
  ].join('\n');
}
