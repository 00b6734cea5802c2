/** The key hierarchy: nothing is lost when a change is broken off, and nothing opens that was edited, moved or destroyed. */
import type * as Files from 'node:fs';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fromBase64, isFault, toBase64, toHex } from '../../kernel/index.ts';
import { deriveBesideKey } from '../../model/index.ts';
import { fakeClock, fakeRandom } from '../../testing/index.ts';
import { writeKeyFile } from '../key-file.ts';
import { createNodeKey, type NodeKey } from '../node-key.ts';
import {
  addTenantKey,
  createEncryptionKey,
  destroyTenantKeys,
  type KeyEncryption,
  keyRingStatus,
  type KeyRingOptions,
  openKeyRing,
  rewrapKeyRing,
} from './index.ts';

/** How many changes of names the process still makes before it ends. */
const life = vi.hoisted(() => ({ steps: Number.POSITIVE_INFINITY }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Files>();
  const step = (): void => {
    if (life.steps <= 0) throw new Error('killed');
    life.steps -= 1;
  };
  return {
    ...fs,
    linkSync: (from: string, to: string) => {
      step();
      fs.linkSync(from, to);
    },
    rmSync: (path: string, options?: Files.RmOptions) => {
      if (life.steps !== Number.POSITIVE_INFINITY && fs.existsSync(path)) step();
      fs.rmSync(path, options);
    },
  };
});

const random = fakeRandom(7);
let keys: string;
let ring: KeyRingOptions;
beforeEach(() => {
  keys = join(mkdtempSync(join(tmpdir(), 'writ-key-ring-')), 'keys');
  ring = { keys, node: 'node-1', tenant: 'local', clock: fakeClock(), random };
});
afterEach(() => {
  life.steps = Number.POSITIVE_INFINITY;
  rmSync(join(keys, '..'), { recursive: true, force: true });
});

const open = (changes: Partial<KeyRingOptions> = {}) => openKeyRing({ ...ring, ...changes, create: true });
const names = (): readonly string[] => readdirSync(keys).toSorted();
const ringFile = (): string => join(keys, names().find((name) => name.startsWith('body-keys.')) as string);

/** Writes a node key, as folders had it. */
function writeNodeKey(): NodeKey {
  const { key, text } = createNodeKey(random);
  writeKeyFile(join(keys, 'node.key'), text);
  return key;
}

/** A key-encryption key that is asked as a service is: never at once. */
function serviceKey(changes: Partial<KeyEncryption> = {}): KeyEncryption {
  const { wrap, unwrap } = createEncryptionKey(random).encryption;
  return { id: 'service:one', wrap, unwrap, ...changes };
}

/** Changes the ring's file by hand. */
function edit(change: (file: { bodies: { status: string; wrapped: string; id: string }[] }) => void): void {
  const file = JSON.parse(readFileSync(ringFile(), 'utf8')) as Parameters<typeof change>[0];
  change(file);
  writeFileSync(ringFile(), JSON.stringify(file));
}

test('the keys of a folder are made once, by however many processes, and stay', async () => {
  const rings = await Promise.all(Array.from({ length: 8 }, () => open()));
  const again = await openKeyRing({ ...ring, create: false });
  expect(new Set([...rings, again].map(({ bodyKey }) => toHex(bodyKey.key))).size).toBe(1);
  expect(new Set([...rings, again].map(({ bodyKey }) => toHex(bodyKey.beside.cipher))).size).toBe(1);
  expect(again.formerBodyKeys).toEqual([]);
  await expect(openKeyRing({ ...ring, keys: join(keys, 'none'), create: false })).rejects.toThrow(
    /no key ring/,
  );
});

test('a folder with a node key keeps it as key of bodies, index and state, and no longer in the open', async () => {
  const node = writeNodeKey();
  const encryption = serviceKey();
  const opened = await openKeyRing({ ...ring, encryption, create: false });
  expect(opened.bodyKey).toMatchObject({ keyId: node.id, key: node.bytes });
  const beside = deriveBesideKey({ keyId: node.id, key: node.bytes }, 'local');
  expect(toHex(opened.bodyKey.beside.concerns)).toBe(toHex(beside.concerns));
  expect(names()).toEqual(['body-keys.1.json']);
  expect(readFileSync(ringFile(), 'utf8')).not.toContain(toBase64(node.bytes));
});

test('a folder that is taken over keeps its key, wherever the process is killed', async () => {
  const node = writeNodeKey();
  for (let steps = 0; ; steps += 1) {
    life.steps = steps;
    const isThrough = await open().then(
      () => true,
      () => false,
    );
    life.steps = Number.POSITIVE_INFINITY;
    if (isThrough) break;
    expect(steps).toBeLessThan(20);
    const copy = await open();
    expect(toHex(copy.bodyKey.key)).toBe(toHex(node.bytes));
    expect(existsSync(join(keys, 'node.key'))).toBe(false);
    rmSync(keys, { recursive: true });
    writeKeyFile(join(keys, 'node.key'), `writ-node-key-v1 ${toBase64(node.bytes)}\n`);
  }
});

test.each([
  ['wrapped anew', (options: KeyRingOptions) => rewrapKeyRing(options)],
  ['given a next key', (options: KeyRingOptions) => addTenantKey(options)],
])('a ring that is %s opens with what it held, wherever the process is killed', async (_what, change) => {
  const before = await open();
  for (let steps = 0; ; steps += 1) {
    life.steps = steps;
    const isThrough = await change(ring).then(
      () => true,
      () => false,
    );
    life.steps = Number.POSITIVE_INFINITY;
    const { bodyKey, formerBodyKeys } = await open();
    expect([bodyKey, ...formerBodyKeys].map(({ key }) => toHex(key))).toContain(toHex(before.bodyKey.key));
    if (isThrough) break;
    expect(steps).toBeLessThan(20);
  }
});

test('a node key that the ring does not hold is not destroyed', async () => {
  await open();
  writeNodeKey();
  await expect(open()).rejects.toThrow(/not in the key ring/);
  expect(names()).toContain('node.key');
});

test('another key-encryption key wraps what was there; the file of the former one is gone', async () => {
  const before = await open();
  const former = names().find((name) => name.startsWith('kek.')) as string;
  const encryption = serviceKey();
  expect(await rewrapKeyRing({ ...ring, encryption })).toBe('service:one');
  expect(names()).toEqual(['body-keys.2.json']);
  expect((await open({ encryption })).bodyKey).toEqual(before.bodyKey);
  await expect(open()).rejects.toThrow('wrapped by the key-encryption key `service:one`; none is configured');
  expect(await rewrapKeyRing({ ...ring, former: [encryption] })).not.toContain(former.split('.')[1]);
  expect((await open()).bodyKey).toEqual(before.bodyKey);
});

test('nothing is trusted to a key-encryption key that does not give it back', async () => {
  const before = await open();
  const lost = serviceKey({ unwrap: () => Promise.resolve(new Uint8Array(32)) });
  await expect(rewrapKeyRing({ ...ring, encryption: lost })).rejects.toThrow(/gives back another key/);
  expect((await open()).bodyKey).toEqual(before.bodyKey);
});

test('a key service that answers another key when it is asked for one has nothing sealed with it', async () => {
  const encryption = serviceKey();
  await open({ encryption });
  const other = new Uint8Array(32).fill(9);
  const confused = serviceKey({
    unwrap: async (wrapped, context) =>
      context.role === 'body' ? other : encryption.unwrap(wrapped, context),
  });
  await expect(open({ encryption: confused })).rejects.toMatchObject({
    code: 'key.refused',
    message: expect.stringContaining('is not that key') as string,
  });
});

test('a change that fails once its ring stands leaves what that is wrapped by', async () => {
  const before = await open();
  // Nothing removes a folder where the draft of a ring is expected: the disk refuses right behind the change.
  mkdirSync(join(keys, 'body-keys.1.json.7.new'));
  await expect(rewrapKeyRing(ring)).rejects.toThrow(/body-keys\.1\.json\.7\.new/);
  rmSync(join(keys, 'body-keys.1.json.7.new'), { recursive: true });
  expect(keyRingStatus(keys)?.generation).toBe(2);
  expect((await open()).bodyKey).toEqual(before.bodyKey);
});

test('a change that fails before its ring stands leaves no key behind, and the next one takes what others left', async () => {
  const before = await open();
  const [first] = names().filter((name) => name.startsWith('kek.'));
  let isLooked = false;
  // Another change goes by between the look and the writing.
  const bytes = (count: number): Uint8Array => {
    if (!isLooked) writeFileSync(join(keys, 'body-keys.2.json'), readFileSync(ringFile()), { mode: 0o600 });
    isLooked = true;
    return random.bytes(count);
  };
  await expect(rewrapKeyRing({ ...ring, random: { bytes } })).rejects.toThrow(/another process changed/);
  expect(names().filter((name) => name.startsWith('kek.'))).toEqual([first]);
  writeFileSync(join(keys, `${first}.77.new`), readFileSync(join(keys, first as string)), { mode: 0o600 });
  expect(keyRingStatus(keys)?.unused).toEqual([`${first}.77.new`]);
  await rewrapKeyRing(ring);
  expect(names().filter((name) => name.startsWith('kek.'))).toHaveLength(1);
  expect(names()).not.toContain(first);
  expect((await open()).bodyKey).toEqual(before.bodyKey);
});

test('a next key seals, the former reads until it is destroyed, and the present is never destroyed', async () => {
  const before = await open();
  const { id, previous } = await addTenantKey(ring);
  const after = await open();
  expect([after.bodyKey.keyId, previous]).toEqual([id, before.bodyKey.keyId]);
  expect(after.formerBodyKeys).toEqual([before.bodyKey]);
  expect(after.bodyKey.beside).toEqual(before.bodyKey.beside);
  await expect(destroyTenantKeys(ring, [id])).rejects.toThrow(/cannot be retired/);
  await destroyTenantKeys(ring, [previous]);
  expect((await open()).formerBodyKeys).toEqual([]);
  expect(keyRingStatus(keys)?.bodies.map((key) => key.id)).toEqual([id]);
  expect(names().filter((name) => name.startsWith('body-keys.'))).toEqual(['body-keys.3.json']);
});

test('a process that runs finds a key that another has put into the ring since', async () => {
  const running = await open();
  const { id } = await addTenantKey(ring);
  expect(running.findBodyKey(id)).toEqual((await open()).bodyKey);
  expect(running.findBodyKey('0123456789abcdef')).toBeUndefined();
});

test('a service is asked for such a key behind the reader’s back, and the next reader has it', async () => {
  const encryption = serviceKey();
  const running = await open({ encryption });
  const { id } = await addTenantKey({ ...ring, encryption });
  expect(running.findBodyKey(id)).toBeUndefined();
  await vi.waitUntil(() => running.findBodyKey(id) !== undefined, { interval: 1 });
  expect(running.findBodyKey(id)?.keyId).toBe(id);
});

test('a service that fails behind the reader’s back, with whatever it throws, is asked again', async () => {
  const encryption = serviceKey();
  let isDown = false;
  let refused = 0;
  const failing = serviceKey({
    wrap: encryption.wrap,
    unwrap: async (wrapped, context) => {
      if (!isDown) return encryption.unwrap(wrapped, context);
      refused += 1;
      throw new TypeError('fetch failed');
    },
  });
  const running = await open({ encryption: failing });
  const { id } = await addTenantKey({ ...ring, encryption: failing });
  isDown = true;
  expect(running.findBodyKey(id)).toBeUndefined();
  await vi.waitUntil(() => refused === 1, { interval: 1 });
  isDown = false;
  await vi.waitUntil(() => running.findBodyKey(id) !== undefined, { interval: 1 });
  expect(running.findBodyKey(id)?.keyId).toBe(id);
});

test('of two changes at once one is told to come again, and none is lost', async () => {
  await open();
  const results = await Promise.allSettled([addTenantKey(ring), addTenantKey(ring), addTenantKey(ring)]);
  const done = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []));
  for (const one of results)
    if (one.status === 'rejected') expect(isFault(one.reason, 'log.conflict')).toBe(true);
  const kept = keyRingStatus(keys)?.bodies.map(({ id }) => id) ?? [];
  expect(done.every((id) => kept.includes(id))).toBe(true);
  expect(kept).toHaveLength(1 + done.length);
});

test.each([
  [
    'a former key called the present one',
    'edited',
    ([one, two]: { status: string }[]) => {
      if (one !== undefined && two !== undefined) [one.status, two.status] = [two.status, one.status];
    },
  ],
  [
    'the order changed',
    'edited',
    (bodies: { status: string }[]) => {
      bodies.reverse();
      bodies.forEach((key, at) => (key.status = at === 0 ? 'present' : 'former'));
    },
  ],
  ['a key taken out', 'edited', (bodies: object[]) => bodies.pop()],
  [
    'the wrappings of two keys changed over',
    'does not open',
    ([one, two]: { wrapped: string }[]) => {
      if (one !== undefined && two !== undefined) [one.wrapped, two.wrapped] = [two.wrapped, one.wrapped];
    },
  ],
  [
    'a byte of a wrapping altered',
    'does not open',
    ([one]: { wrapped: string }[]) => {
      if (one === undefined) return;
      const bytes = fromBase64(one.wrapped);
      bytes[20] = (bytes[20] ?? 0) ^ 1;
      one.wrapped = toBase64(bytes);
    },
  ],
])('a ring with %s does not open', async (_what, why, change) => {
  await open();
  await addTenantKey(ring);
  edit(({ bodies }) => {
    change(bodies);
  });
  await expect(open()).rejects.toThrow(why === 'edited' ? /edited|does not say which/ : /does not open/);
});

test.each([
  ['node', { node: 'node-2' }],
  ['tenant', { tenant: 'other' }],
])('a ring of another %s does not open, though its name is changed in the file', async (field, changes) => {
  await open();
  await expect(open(changes)).rejects.toThrow(/another node or tenant/);
  const text = readFileSync(ringFile(), 'utf8');
  writeFileSync(
    ringFile(),
    text.replace(new RegExp(`"${field}": "[^"]*"`), `"${field}": "${Object.values(changes)[0]}"`),
  );
  await expect(open(changes)).rejects.toThrow(/does not open/);
});

test.skipIf(process.platform === 'win32').each([/^body-keys\./, /^kek\./])(
  'a ring is not opened where others may read %s',
  async (name) => {
    await open();
    const file = join(keys, names().find((one) => name.test(one)) as string);
    chmodSync(file, 0o640);
    await expect(open()).rejects.toThrow(/has mode 640/);
  },
);

test('files of key-encryption keys that wrap nothing are told', async () => {
  await open();
  const { encryption, text } = createEncryptionKey(random);
  const name = `kek.${encryption.id.slice('key:'.length)}.key`;
  writeKeyFile(join(keys, name), text);
  expect(keyRingStatus(keys)?.unused).toEqual([name]);
});
