/** Key services, and keys at hand: one contract for all, and what a service may answer that none should. */
import { inspect } from 'node:util';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  createEncryptionKey,
  fileKeyEncryption,
  isFault,
  type KeyContext,
  type KeyEncryption,
  openKeyRing,
  parseEncryptionKey,
  systemClock,
  systemRandom,
  writeKeyFile,
} from '@writ/core';
import { KEY_ENCRYPTION_CONTRACT, type KeyEncryptionWorld } from '@writ/core/testing';
import { type AwsKmsOptions, openAwsKms, openTransit, type TransitOptions } from '@writ/kms';
import { testAuthority } from '../../../scripts/testing/certificate-authority.ts';
import { fault, smallKms } from './small-kms.ts';
import { startServer } from '../../../scripts/testing/small-server.ts';
import { smallTransit } from '../../../scripts/testing/small-transit.ts';

const TOKEN = 'hvs.CAESIsecretTokenOfTheNode';
const ACCOUNT = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMIsecretOfTheNode' };
const CONTEXT: KeyContext = { node: 'node-1', tenant: 'acme', keyId: 'k1', role: 'body' };
/** So short that a test waits for nothing, in milliseconds. */
const SHORT_MS = 150;

const folder = mkdtempSync(join(tmpdir(), 'writ-kms-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kms = await startServer(smallKms(ACCOUNT, ['alias/writ', 'alias/other']));
const authority = testAuthority('authority');
const certificate = authority.issue({ address: [127, 0, 0, 1] });
const vault = await startServer(smallTransit(TOKEN, ['writ', 'other']), certificate);
const silent = await startServer(() => undefined);

const aws = (changes: Partial<AwsKmsOptions> = {}): KeyEncryption =>
  openAwsKms({ key: 'alias/writ', region: 'eu-central-1', endpoint: kms, credentials: ACCOUNT, ...changes });
const transit = (changes: Partial<TransitOptions> = {}): KeyEncryption =>
  openTransit({ address: vault, key: 'writ', token: () => TOKEN, ca: authority.cert, ...changes });

/** A key in a file. */
function fileWorld(): KeyEncryptionWorld {
  const [file, other] = [join(folder, 'kek'), join(folder, 'other-kek')];
  for (const path of [file, other]) writeKeyFile(path, createEncryptionKey(systemRandom).text);
  return {
    open: () => fileKeyEncryption(file, systemRandom),
    other: () => fileKeyEncryption(other, systemRandom),
    silent: () => ({
      id: 'file',
      wrap: async () =>
        fileKeyEncryption(join(folder, 'unmounted'), systemRandom).wrap(new Uint8Array(1), CONTEXT),
      unwrap: async () =>
        fileKeyEncryption(join(folder, 'unmounted'), systemRandom).unwrap(new Uint8Array(1), CONTEXT),
    }),
    secrets: [readFileSync(file, 'utf8').trim().split(' ')[1] ?? ''],
  };
}

const [one, two] = [Buffer.alloc(32, 1).toString('base64'), Buffer.alloc(32, 2).toString('base64')];

const WORLDS: readonly (readonly [string, KeyEncryptionWorld])[] = [
  ['a file', fileWorld()],
  [
    'a text, as of a variable of the environment',
    {
      open: () => parseEncryptionKey(one, systemRandom),
      other: () => parseEncryptionKey(two, systemRandom),
      secrets: [one],
    },
  ],
  [
    'AWS KMS, a small server of ours in its place',
    {
      open: () => aws(),
      other: () => aws({ key: 'alias/other' }),
      silent: () => aws({ endpoint: silent, timeoutMs: SHORT_MS }),
      stranger: () => aws({ credentials: { ...ACCOUNT, secretAccessKey: 'guessed' } }),
      secrets: [ACCOUNT.secretAccessKey],
    },
  ],
  [
    'a transit engine over TLS, a small server of ours in its place',
    {
      open: () => transit(),
      other: () => transit({ key: 'other' }),
      silent: () => transit({ address: silent, timeoutMs: SHORT_MS }),
      stranger: () => transit({ token: () => 'hvs.guessed' }),
      secrets: [TOKEN],
    },
  ],
];

describe.each(WORLDS)('a key-encryption key in %s', (_name, world) => {
  test.each(KEY_ENCRYPTION_CONTRACT)('$name', async ({ run }) => {
    await run(world);
  });
});

/** The fault of `act`. */
async function faultOf(act: () => Promise<unknown>): Promise<{ code: string; told: string }> {
  try {
    await act();
  } catch (thrown) {
    if (isFault(thrown)) return { code: thrown.code, told: inspect(thrown, { depth: 20 }) };
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

const wrapWith = (encryption: KeyEncryption) => (): Promise<unknown> =>
  encryption.wrap(new Uint8Array(32).fill(5), CONTEXT);

test.each([
  ['is sealed', 503, { errors: ['Vault is sealed'] }, 'key.unavailable'],
  ['is a standby', 473, { errors: [] }, 'key.unavailable'],
  ['has no such engine', 404, { errors: [] }, 'key.refused'],
  ['leads elsewhere', 307, { data: { ciphertext: 'vault:v1:AAAA' } }, 'key.refused'],
  ['answers without data', 200, {}, 'key.unavailable'],
  ['answers in another form', 200, { data: { ciphertext: 'plain text' } }, 'key.unavailable'],
  ['answers no object', 200, null, 'key.unavailable'],
  ['answers without end', 200, { data: { ciphertext: 'x'.repeat(100_000) } }, 'key.unavailable'],
])('a transit engine that %s is told as what it is', async (_what, status, body, code) => {
  const address = await startServer(() => ({ status, body }));
  expect(await faultOf(wrapWith(transit({ address })))).toMatchObject({ code });
});

test.each([
  ['throttles', 'ThrottlingException', 400, 'key.unavailable'],
  ['fails inside', 'KMSInternalException', 500, 'key.unavailable'],
  ['has the key disabled', 'DisabledException', 400, 'key.refused'],
  ['does not let this node', 'AccessDeniedException', 400, 'key.refused'],
])(
  'AWS KMS that %s is told as what it is, and what it says besides is not repeated',
  async (_what, name, status, code) => {
    const endpoint = await startServer(() => fault(name, status, `token ${ACCOUNT.secretAccessKey}`));
    const found = await faultOf(wrapWith(aws({ endpoint, timeoutMs: 5_000 })));
    expect(found).toMatchObject({ code });
    expect(found.told).toContain(name);
    expect(found.told).not.toContain(ACCOUNT.secretAccessKey);
  },
);

test('a certificate that nobody vouches for is not believed', async () => {
  const stranger = testAuthority('stranger').cert;
  expect(await faultOf(wrapWith(transit({ ca: stranger })))).toMatchObject({ code: 'key.unavailable' });
});

test('a certificate that nobody vouches for is not believed either where a variable of the environment says to believe everybody', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  onTestFinished(() => void vi.unstubAllEnvs());
  const asked: string[] = [];
  const address = await startServer(({ body }) => {
    asked.push(body);
    return { status: 200, body: {} };
  }, certificate);
  const stranger = testAuthority('stranger').cert;
  for (const open of [() => transit({ address, ca: stranger }), () => aws({ endpoint: address })])
    expect(await faultOf(wrapWith(open()))).toMatchObject({ code: 'key.unavailable' });
  expect(asked).toEqual([]);
});

test.each([
  ['without TLS', 'http://vault.example.com:8200'],
  ['with a user', 'https://user:secret@vault.example.com'],
  ['with a path', 'https://vault.example.com/v1'],
  ['that is none', 'vault'],
])('an address %s is refused before anything is sent, and not quoted', (_what, address) => {
  for (const open of [() => transit({ address }), () => aws({ endpoint: address })])
    expect(open).toThrow(/^the address of the key service is not one over `https:`$/);
});

test('a token that would break a header is shown to nobody', async () => {
  const found = await faultOf(wrapWith(transit({ token: () => 'a\r\nx-other: 1' })));
  expect(found).toMatchObject({ code: 'key.refused' });
});

test.each(WORLDS.filter(([, { silent: none }]) => none !== undefined))(
  'a ring wrapped by %s opens with it, asks it once a key, and does not open while nobody answers',
  async (name, world) => {
    const keys = join(folder, `ring-${WORLDS.findIndex(([one]) => one === name)}`, 'keys');
    const { wrap, unwrap, id } = world.open();
    let asked = 0;
    const counting: KeyEncryption = {
      id,
      wrap,
      unwrap: (...given) => {
        asked += 1;
        return unwrap(...given);
      },
    };
    const ring = { keys, node: 'n', tenant: 't', clock: systemClock, random: systemRandom, create: true };
    const made = await openKeyRing({ ...ring, encryption: world.open() });
    const opened = await openKeyRing({ ...ring, encryption: counting });
    expect(opened.bodyKey).toEqual(made.bodyKey);
    expect(asked).toBe(2);
    const mute = world.silent?.();
    if (mute === undefined) return;
    const found = await faultOf(() => openKeyRing({ ...ring, encryption: { ...mute, id } }));
    expect(found.code).toBe('key.unavailable');
    for (const secret of world.secrets) expect(found.told).not.toContain(secret);
  },
);

test('a file of a key-encryption key that others may read is refused', () => {
  const file = join(folder, 'open-kek');
  writeFileSync(file, createEncryptionKey(systemRandom).text, { mode: 0o644 });
  expect(() => fileKeyEncryption(file, systemRandom)).toThrow(/has mode 644/);
});
