// A node whose log goes to a bucket as `writ.yaml` says: gateways and commands as processes, an S3 server in a thread beside them.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openPostgres } from '@writ/postgres';
import { type TestServer, testServer } from '../../../scripts/testing/postgres-server.ts';
import { startSmallThread } from '../../../scripts/testing/s3-server.ts';
import { eventually, type Finished, type GatewayClient, Scratch } from './harness.ts';

const ACCOUNT = { accessKeyId: 'AKIAWRITTEST', secretAccessKey: 'wJalrXUtnFEMI-not-to-be-seen' };
const VERIFIER = join(import.meta.dirname, '../../core/verify/verify.mjs');
const LOCK = '{mode: compliance, days: 1}';
/** Longest one test takes, in milliseconds: each starts several processes, on machines that are shared. */
vi.setConfig({ testTimeout: 180_000 });

const postgres: TestServer | undefined = await testServer();
const schema = `writ_publish_${process.pid}`;
let made: Scratch;
let scratch: Scratch;
let server: { readonly endpoint: string; stop(): Promise<void> };

beforeAll(() => {
  made = new Scratch();
  made.mustInit('--trust');
});
afterAll(async () => {
  await made.remove();
  if (postgres === undefined) return;
  const database = openPostgres({ url: postgres.url });
  const session = await database.connect();
  await session.script(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await session.close();
  await database.close();
  await postgres.stop();
});
beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', ACCOUNT.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', ACCOUNT.secretAccessKey);
  server = await startSmallThread({ account: ACCOUNT, locked: ['locked'], plain: ['plain'] });
  scratch = made.copy();
  chmodSync(scratch.path('.writ/keys'), 0o700);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await scratch.remove();
  await server.stop();
});

/** Publishes to `bucket`, with `more` lines. */
function configure(bucket: string, objectLock = LOCK, more: readonly string[] = []): void {
  const lines = [
    `bucket: ${bucket}`,
    `endpoint: ${server.endpoint}`,
    'prefix: node-1/',
    `objectLock: ${objectLock}`,
  ];
  const publish = [...lines, ...more].map((line) => `  ${line}\n`).join('');
  scratch.write('writ.yaml', `${made.read('writ.yaml')}\npublish:\n${publish}`);
}

function silent(text: string): void {
  expect(text).not.toContain(ACCOUNT.secretAccessKey);
}

function run(...args: readonly string[]): Finished {
  const finished = scratch.run(...args);
  silent(`${finished.stdout}${finished.stderr}`);
  return finished;
}

async function useGateway(calls = 1): Promise<GatewayClient> {
  const client = await scratch.gateway();
  for (let at = 0; at < calls; at += 1) expect((await client.call('read')).isError ?? false).toBe(false);
  return client;
}

async function end(client: GatewayClient): Promise<void> {
  await client.close();
  silent(client.stderr);
}

/** How many entries an auditor finds in the bucket, who fetches them and verifies them twice: with `writ`, and with the one file. */
function audited(): number {
  rmSync(scratch.path('copy'), { recursive: true, force: true });
  const where = ['--bucket', 'locked', '--prefix', 'node-1', '--endpoint', server.endpoint];
  expect(run('log', 'fetch', 'copy', ...where)).toMatchObject({ status: 0, stderr: '' });
  const trust = scratch.path('xdg/writ/trust');
  const key = join(trust, readdirSync(trust)[0] ?? '');
  const { status, stdout } = spawnSync(process.execPath, [VERIFIER, scratch.path('copy'), '--key', key], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toMatchObject({ status: 0 });
  return Number(scratch.read('copy/checkpoint').split('\n')[1]);
}

test('a gateway publishes what it records, commands add to it, and an auditor verifies it from the bucket alone', async () => {
  configure('locked');
  await end(await useGateway(3));
  const first = audited();
  expect(first).toBeGreaterThan(6);
  expect(run('kill', 'agent', 'rogue', '--reason', 'test').status).toBe(0);
  expect(audited()).toBe(first);
  // The kill waited for no bucket; what comes after it brings it there.
  expect(run('unkill', 'agent', 'rogue', '--reason', 'test').status).toBe(0);
  expect(audited()).toBeGreaterThan(first + 3);
  expect(run('doctor').stdout).toMatch(
    /ok +bucket +(\d+) of \1 entries are published to `locked`, the last of /,
  );
});

test('while it runs the gateway publishes at the interval that is configured, with credentials from a file', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', '');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', '');
  const lines = `AWS_ACCESS_KEY_ID=${ACCOUNT.accessKeyId}\nAWS_SECRET_ACCESS_KEY=${ACCOUNT.secretAccessKey}\n`;
  writeFileSync(scratch.path('s3.env'), lines, { mode: 0o600 });
  configure('locked', LOCK, ['every: 1s', 'credentials: {file: s3.env}']);
  const client = await useGateway();
  await eventually(() => (/ok +bucket +[1-9]/.test(run('doctor').stdout) ? true : undefined));
  await end(client);
  chmodSync(scratch.path('s3.env'), 0o644);
  expect(run('unkill', 'agent', 'rogue', '--reason', 'test').stderr).toContain('key.permissions');
});

test.skipIf(postgres === undefined)(
  'a log in PostgreSQL is published to its folder and to the bucket',
  async () => {
    configure('locked');
    writeFileSync(scratch.path('postgres.url'), `${postgres?.url}\n`, { mode: 0o600 });
    scratch.write(
      'writ.yaml',
      `${scratch.read('writ.yaml')}log: {postgres: {urlFile: postgres.url, schema: ${schema}}}\n`,
    );
    await end(await useGateway(3));
    const size = audited();
    expect(size).toBeGreaterThan(6);
    expect(existsSync(scratch.path('.writ/writ.db'))).toBe(false);
    expect(scratch.read('.writ/log/checkpoint').split('\n')[1]).toBe(String(size));
    expect(run('doctor').stdout).toMatch(/ok +bucket +(\d+) of \1 entries/);
  },
);

test('a data folder that was put back does not go on: the bucket holds more', async () => {
  configure('locked');
  await end(await useGateway());
  cpSync(scratch.path('.writ'), scratch.path('earlier'), { recursive: true });
  await end(await useGateway(3));
  rmSync(scratch.path('.writ'), { recursive: true });
  cpSync(scratch.path('earlier'), scratch.path('.writ'), { recursive: true });
  for (const folder of ['.writ', '.writ/keys']) chmodSync(scratch.path(folder), 0o700);
  await expect(scratch.gateway()).rejects.toThrow(/log\.corrupt/);
  expect(run('unkill', 'agent', 'rogue', '--reason', 'test').stderr).toContain('log.corrupt');
  expect(run('doctor').stdout).toMatch(/FAIL +bucket +`locked` holds \d+ entries, the log \d+/);
});

describe('a bucket that does not do', () => {
  test('without object lock is refused, with what to do, unless that was said', async () => {
    configure('plain');
    await expect(scratch.gateway()).rejects.toThrow(/could be removed[\s\S]*make a bucket with object lock/);
    expect(existsSync(scratch.path('.writ/writ.db'))).toBe(existsSync(made.path('.writ/writ.db')));
    configure('plain', 'none');
    await end(await useGateway());
    expect(run('doctor').stdout).toMatch(/warn +bucket .*without object lock/);
  });

  test('out of reach keeps gateways and commands from starting, and stops no kill', async () => {
    configure('locked');
    const running = await useGateway();
    await server.stop();
    await expect(scratch.gateway()).rejects.toThrow(/nobody can say how far the log is published/);
    const released = run('unkill', 'agent', 'bot', '--reason', 'test');
    expect(released.status).not.toBe(0);
    expect(released.stderr).toContain('log.unavailable');
    expect(run('kill', 'agent', 'bot', '--reason', 'out of reach').status).toBe(0);
    expect((await running.call('read')).content[0]?.text).toContain('out of reach');
    expect(run('doctor').stdout).toMatch(/FAIL +bucket .*no gateway would start/);
    await end(running);
  });

  test('that fails while a gateway runs is said once on standard error, and stops no call', async () => {
    configure('locked', LOCK, ['every: 1s']);
    const client = await useGateway();
    await server.stop();
    const line = 'the log could not be published and will be tried again';
    await eventually(() => (client.stderr.includes(line) ? true : undefined));
    expect((await client.call('read')).isError ?? false).toBe(false);
    await end(client);
    expect(client.stderr.split(line)).toHaveLength(2);
  });

  test('whose account is another, or none, is refused without the secret', async () => {
    configure('locked');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'the wrong one');
    const wrong = run('unkill', 'agent', 'bot', '--reason', 'test');
    expect(wrong.stderr).toContain('403');
    expect(wrong.stderr).not.toContain('the wrong one');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', '');
    expect(run('unkill', 'agent', 'bot', '--reason', 'test').stderr).toContain('say who asks for the bucket');
    configure('locked', LOCK, [`credentials: ${ACCOUNT.secretAccessKey}`]);
    expect(run('unkill', 'agent', 'bot', '--reason', 'test').stderr).toContain('0600');
  });
});
