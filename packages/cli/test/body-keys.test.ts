// `writ key` where it is about the keys of bodies: a folder of before, what wraps the keys, and changes while and after a process runs.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createNodeKey, openLog, systemRandom } from '@writ/core';
import { logOptions, readData, readKeys } from '../src/data/index.ts';
import { Scratch } from './harness.ts';

interface Status {
  readonly beside: { readonly id: string; readonly kek: string };
  readonly bodies: readonly { id: string; kek: string; status: string; bodies: number }[];
}

let made: Scratch;
let scratch: Scratch;
beforeAll(() => {
  made = new Scratch();
  made.mustInit();
});
afterAll(() => made.remove());
beforeEach(() => {
  scratch = made.copy();
  chmodSync(scratch.path('.writ/keys'), 0o700);
});
afterEach(() => scratch.remove());

const data = (): string => scratch.path('.writ');
const status = (): Status => scratch.json('key', 'status') as unknown as Status;
const kill = (id: string): void => {
  expect(scratch.run('kill', 'agent', id, '--reason', `of ${id}`)).toMatchObject({ status: 0 });
};
const isVerified = (): boolean => scratch.run('log', 'verify', '.writ', '--data-keys', '.writ').status === 0;
/** What `kill` said of agents, from the sealed bodies. */
const reasons = (): Promise<readonly unknown[]> =>
  readData(data(), ({ reader }) =>
    Array.from({ length: reader.size() }, (_, index) => reader.entry(index).entry).flatMap(
      ({ kind }, index) =>
        kind === 'kill' ? [(reader.body(index)['fields'] as { words?: unknown }).words] : [],
    ),
  );

test('a folder with a node key goes on with it, and what was sealed before opens', async () => {
  for (const name of readdirSync(scratch.path('.writ/keys')))
    if (!name.startsWith('log')) rmSync(scratch.path('.writ/keys', name));
  const { key, text } = createNodeKey(systemRandom);
  writeFileSync(scratch.path('.writ/keys/node.key'), text, { mode: 0o600 });
  kill('one');
  expect(existsSync(scratch.path('.writ/keys/node.key'))).toBe(false);
  expect(status().bodies).toMatchObject([{ id: key.id, status: 'present', bodies: 1 }]);
  expect(await reasons()).toEqual(['of one']);
  expect(isVerified()).toBe(true);
});

test('the next key seals, old bodies go over to it, and the former one is destroyed once it wraps nothing', async () => {
  kill('one');
  const [former] = status().bodies;
  const { key } = scratch.json('key', 'rotate', '--tenant-key') as { key: string };
  kill('two');
  expect(scratch.run('key', 'retire', '--tenant-key').stderr).toContain('writ key rewrap');
  expect(scratch.json('key', 'rewrap')).toEqual({ key, bodies: 1 });
  expect(scratch.json('key', 'rewrap')).toEqual({ key, bodies: 0 });
  expect(scratch.json('key', 'retire', '--tenant-key')).toEqual({ retired: [former?.id] });
  expect(status().bodies).toMatchObject([{ id: key, bodies: 2 }]);
  expect(await reasons()).toEqual(['of one', 'of two']);
  expect(scratch.run('log', 'verify', '.writ', '--data-keys', '.writ').stdout).toContain('verified');
  const told = await readData(data(), ({ reader }) =>
    Array.from({ length: reader.size() }, (_, index) => reader.entry(index).entry).flatMap((entry) =>
      entry.kind === 'body_key' ? [[entry.bodyKey.action, entry.bodyKey.keyId]] : [],
    ),
  );
  expect(told).toEqual([
    ['rotate', key],
    ['wrap', key],
    ['retire', former?.id],
  ]);
});

test('no former key is destroyed that a log which was set aside still needs', () => {
  kill('one');
  const [former] = status().bodies;
  expect(scratch.run('key', 'revoke', '--reason', 'stolen', '--yes')).toMatchObject({ status: 0 });
  scratch.json('key', 'rotate', '--tenant-key');
  scratch.json('key', 'rewrap');
  const refused = scratch.run('key', 'retire', '--tenant-key');
  expect(refused.stderr).toMatch(/\d bodies of the log set aside in .*former/);
  expect(status().bodies.map(({ id }) => id)).toContain(former?.id);
  rmSync(scratch.path('.writ/former'), { recursive: true });
  expect(scratch.json('key', 'retire', '--tenant-key')).toEqual({ retired: [former?.id] });
}, 200_000);

test('no former key is destroyed while a process runs that may seal with it', async () => {
  const log = await openLog(await logOptions(data(), readKeys(data())));
  scratch.run('key', 'rotate', '--tenant-key');
  expect(scratch.run('key', 'retire', '--tenant-key').stderr).toContain('stop the gateways');
  await log.close();
  expect(status().bodies).toHaveLength(2);
});

test('keys are wrapped by a file elsewhere, and nothing opens while that is away', async () => {
  kill('one');
  const file = scratch.path('safe/kek');
  const { id } = scratch.json('key', 'new-kek', 'safe/kek') as { id: string };
  expect(scratch.run('key', 'new-kek', 'safe/kek').status).not.toBe(0);
  writeFileSync(
    scratch.path('writ.yaml'),
    `${scratch.read('writ.yaml')}\nkeys: {encryption: {file: safe/kek}}\n`,
  );
  expect(scratch.json('key', 'rotate', '--kek')).toMatchObject({ kek: id });
  expect(readdirSync(scratch.path('.writ/keys')).some((name) => name.startsWith('kek.'))).toBe(false);
  expect([status().beside.kek, status().bodies[0]?.kek]).toEqual([id, id]);
  renameSync(file, `${file}.away`);
  for (const command of [
    ['kill', 'agent', 'two', '--reason', 'x'],
    ['approvals', 'list'],
    ['key', 'rotate', '--kek'],
  ]) {
    const { status: code, stderr } = scratch.run(...command);
    expect([code === 0, stderr]).toEqual([false, expect.stringContaining('no key-encryption key stands at')]);
  }
  expect(status().bodies).toHaveLength(1);
  renameSync(`${file}.away`, file);
  expect(await reasons()).toEqual(['of one']);
  expect(isVerified()).toBe(true);
});

test('a key in the environment opens the folder, and no program that Writ starts inherits it', async () => {
  scratch.run('key', 'new-kek', 'safe/kek');
  const value = scratch.read('safe/kek').trim();
  rmSync(scratch.path('safe'), { recursive: true });
  writeFileSync(
    scratch.path('writ.yaml'),
    `${scratch.read('writ.yaml')}\nkeys: {encryption: {env: WRIT_TEST_KEK}}\n`,
  );
  expect(scratch.run('key', 'rotate', '--kek').stderr).toContain('the environment has no `WRIT_TEST_KEK`');
  process.env['WRIT_TEST_KEK'] = value;
  try {
    scratch.run('key', 'rotate', '--kek');
    // A command in this process, which takes it out of its environment.
    await readData(data(), () => {});
    expect(process.env['WRIT_TEST_KEK']).toBeUndefined();
    await readData(data(), () => {});
  } finally {
    delete process.env['WRIT_TEST_KEK'];
  }
  expect(scratch.run('kill', 'agent', 'one', '--reason', 'x').stderr).toContain('WRIT_TEST_KEK');
  const written = readdirSync(data(), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const entry of written)
    expect(readFileSync(join(entry.parentPath, entry.name), 'latin1')).not.toContain(value.split(' ')[1]);
});

test('where there is a log, keys that are gone are not replaced by others', () => {
  kill('one');
  for (const name of readdirSync(scratch.path('.writ/keys')))
    if (name.startsWith('body-keys')) rmSync(scratch.path('.writ/keys', name));
  const { status: code, stderr } = scratch.run('kill', 'agent', 'two', '--reason', 'x');
  expect(code).not.toBe(0);
  expect(stderr).toContain('no key ring stands in');
  expect(readdirSync(scratch.path('.writ/keys')).some((name) => name.startsWith('body-keys'))).toBe(false);
});

test.skipIf(process.platform === 'win32').each([
  ['the key ring', 'body-keys.1.json'],
  ['what names the key-encryption key', 'encryption.json'],
  ['the folder of the keys, and write there', ''],
])('nothing starts where others may reach %s', (_what, name) => {
  writeFileSync(scratch.path('writ.yaml'), `${scratch.read('writ.yaml')}\nkeys: {encryption: folder}\n`);
  kill('one');
  mkdirSync(scratch.path('safe'));
  chmodSync(scratch.path('.writ/keys', name), name === '' ? 0o777 : 0o644);
  expect(scratch.run('kill', 'agent', 'two', '--reason', 'x').stderr).toContain(
    name === '' ? 'mode 777' : 'mode 644',
  );
});
