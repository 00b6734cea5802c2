/** What a key-encryption key must do, wherever it is: one list of cases. */
import assert from 'node:assert/strict';
import { isFault, toBase64, toHex } from '../kernel/index.ts';
import { type KeyContext, type KeyEncryption, MAX_WRAPPED_BYTES } from '../identity/index.ts';

/** A key-encryption key, and what surrounds it. */
export interface KeyEncryptionWorld {
  /** The key, each time by another client of it. */
  readonly open: () => KeyEncryption;
  /** Another key of the same kind. */
  readonly other: () => KeyEncryption;
  /** The key where whoever holds it does not answer; absent for a key at hand. */
  readonly silent?: () => KeyEncryption;
  /** The key, asked by somebody who has no right to it; absent for a key at hand. */
  readonly stranger?: () => KeyEncryption;
  /** What no fault may hold: tokens and secrets. */
  readonly secrets: readonly string[];
}

/** One case: a sentence, and what shows it. */
export interface KeyEncryptionCase {
  readonly name: string;
  run(world: KeyEncryptionWorld): Promise<void>;
}

const CONTEXT: KeyContext = { node: 'node-1', tenant: 'acme', keyId: '0123456789abcdef', role: 'body' };
const KEY = Uint8Array.from({ length: 32 }, (_, at) => at * 7 + 1);

/** That `act` throws a fault of `code` that tells nothing of key, token or wrapping. */
async function throws(
  code: 'key.refused' | 'key.unavailable',
  { secrets }: KeyEncryptionWorld,
  act: () => Promise<unknown>,
): Promise<void> {
  let thrown: unknown;
  try {
    await act();
  } catch (fault) {
    thrown = fault;
  }
  if (!isFault(thrown, code)) assert.fail(`expected ${code}, got ${String(thrown)}`);
  assert.equal(typeof thrown.data['hint'], 'string', 'it does not say what to do');
  const told = [
    thrown.stack,
    JSON.stringify(thrown.data),
    JSON.stringify(thrown.cause),
    String(thrown.cause),
  ].join('\n');
  for (const secret of [...secrets, toBase64(KEY), toHex(KEY)])
    assert.ok(!told.includes(secret), 'a fault tells a secret');
}

/** The contract. */
export const KEY_ENCRYPTION_CONTRACT: readonly KeyEncryptionCase[] = [
  {
    name: 'what one client wrapped another unwraps, under the same context, and it shows nothing of the key',
    async run({ open }) {
      for (const bytes of [KEY, new Uint8Array(1).fill(7), new Uint8Array(MAX_WRAPPED_BYTES).fill(9)]) {
        const wrapped = await open().wrap(bytes, CONTEXT);
        assert.deepEqual([...(await open().unwrap(wrapped, CONTEXT))], [...bytes]);
        if (bytes === KEY) assert.ok(!toHex(wrapped).includes(toHex(KEY)));
      }
    },
  },
  {
    name: 'the same key wrapped twice is two wrappings',
    async run({ open }) {
      const encryption = open();
      const wrapped = [await encryption.wrap(KEY, CONTEXT), await encryption.wrap(KEY, CONTEXT)];
      assert.equal(new Set(wrapped.map(toHex)).size, 2);
    },
  },
  ...(['node', 'tenant', 'keyId', 'role'] as const).map(
    (part): KeyEncryptionCase => ({
      name: `a key does not open under another ${part}`,
      async run(world) {
        const wrapped = await world.open().wrap(KEY, CONTEXT);
        const context = { ...CONTEXT, [part]: part === 'role' ? 'beside' : 'another' };
        await throws('key.refused', world, () => world.open().unwrap(wrapped, context));
      },
    }),
  ),
  {
    name: 'another key-encryption key has another id and does not open it',
    async run(world) {
      assert.notEqual(world.open().id, world.other().id);
      assert.match(world.open().id, /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/);
      const wrapped = await world.open().wrap(KEY, CONTEXT);
      await throws('key.refused', world, () => world.other().unwrap(wrapped, CONTEXT));
    },
  },
  {
    name: 'an altered, cut or empty wrapping does not open',
    async run(world) {
      const wrapped = await world.open().wrap(KEY, CONTEXT);
      const altered = wrapped.slice();
      altered[altered.length - 5] = (altered[altered.length - 5] ?? 0) ^ 1;
      for (const bytes of [altered, wrapped.slice(0, -4), new Uint8Array()])
        await throws('key.refused', world, () => world.open().unwrap(bytes, CONTEXT));
    },
  },
  {
    name: 'where nobody answers, both calls end and say so',
    async run(world) {
      const { silent } = world;
      if (silent === undefined) return;
      const wrapped = await world.open().wrap(KEY, CONTEXT);
      await throws('key.unavailable', world, () => silent().wrap(KEY, CONTEXT));
      await throws('key.unavailable', world, () => silent().unwrap(wrapped, CONTEXT));
    },
  },
  {
    name: 'who has no right to the key is refused',
    async run(world) {
      const { stranger } = world;
      if (stranger === undefined) return;
      const wrapped = await world.open().wrap(KEY, CONTEXT);
      await throws('key.refused', world, () => stranger().wrap(KEY, CONTEXT));
      await throws('key.refused', world, () => stranger().unwrap(wrapped, CONTEXT));
    },
  },
];
