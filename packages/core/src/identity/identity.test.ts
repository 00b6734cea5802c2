// Keys, their files, and agents' signatures.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isFault, type Random } from '../kernel/index.ts';
import {
  authenticate,
  createApproverKey,
  createNodeKey,
  createSigningKey,
  nonceKey,
  openApproverKey,
  parseNodeKey,
  parsePublicKey,
  parseSigningKey,
  publicKeyText,
  readKeyFile,
  signAction,
  type SignedAction,
  verifyActionSignature,
  verifySignature,
  writeKeyFile,
} from './index.ts';

/** Deterministic bytes, different at each call. */
function countingRandom(): Random {
  let call = 0;
  return { bytes: (length) => new Uint8Array(length).fill((call += 1)) };
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (fault) {
    if (isFault(fault)) return fault.code;
    throw fault;
  }
  return 'none';
}

describe('signing keys', () => {
  test('a key read from its text signs what its public text verifies', () => {
    const { key, text } = createSigningKey('example.com/log', countingRandom());
    const read = parseSigningKey(`${text}\n`);
    const message = new TextEncoder().encode('checkpoint');
    expect(text).toMatch(/^PRIVATE\+KEY\+example\.com\/log\+[0-9a-f]{8}\+/);
    expect(verifySignature(parsePublicKey(publicKeyText(key)), message, read.sign(message))).toBe(true);
    expect(verifySignature(parsePublicKey(publicKeyText(key)), message, read.sign(new Uint8Array(1)))).toBe(
      false,
    );
  });

  test.each([
    ['another name', (text: string) => text.replace('log', 'lag')],
    ['another key id', (text: string) => text.replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
    ['a cut', (text: string) => text.slice(0, -4)],
    ['a public key', () => publicKeyText(createSigningKey('log', countingRandom()).key)],
    ['nothing', () => ''],
  ])('%s is refused, and the fault quotes none of it', (_why, change) => {
    const { text } = createSigningKey('log', countingRandom());
    const secret = text.split('+').at(-1) ?? '';
    try {
      parseSigningKey(change(text));
      expect.unreachable();
    } catch (fault) {
      if (!isFault(fault)) throw fault;
      expect(fault.code).toBe('key.malformed');
      expect(fault.message).not.toContain(secret.slice(0, 20));
      expect(fault.cause).toBeUndefined();
    }
  });

  test('a node key survives its text, and nothing else passes for one', () => {
    const { key, text } = createNodeKey(countingRandom());
    expect(parseNodeKey(text)).toEqual(key);
    expect(codeOf(() => parseNodeKey(text.slice(0, -6)))).toBe('key.malformed');
    expect(codeOf(() => parseNodeKey('AAAA'))).toBe('key.malformed');
  });
});

describe('key files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keys-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('a file is its owner’s alone, in a folder that is', () => {
    const path = join(folder, 'keys/log.key');
    writeKeyFile(path, 'secret');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700);
    expect(readKeyFile(path)).toBe('secret');
  });

  test('a second key never overwrites a first', () => {
    const path = join(folder, 'keys/log.key');
    writeKeyFile(path, 'first');
    expect(codeOf(() => writeKeyFile(path, 'second'))).toBe('config.exists');
    expect(readKeyFile(path)).toBe('first');
  });

  test.each([0o640, 0o604, 0o660, 0o610])('mode %o is refused, and the fault says how to mend it', (mode) => {
    const path = join(folder, 'open.key');
    writeFileSync(path, 'secret');
    chmodSync(path, mode);
    try {
      readKeyFile(path);
      expect.unreachable();
    } catch (fault) {
      if (!isFault(fault)) throw fault;
      expect(fault.code).toBe('key.permissions');
      expect(fault.data['hint']).toContain('chmod 600');
    }
  });

  test('a folder open to others is refused before anything is written', () => {
    chmodSync(folder, 0o755);
    expect(codeOf(() => writeKeyFile(join(folder, 'log.key'), 'secret'))).toBe('key.permissions');
  });

  test('a missing file has a code of its own', () => {
    expect(codeOf(() => readKeyFile(join(folder, 'none')))).toBe('key.missing');
    execFileSync('mkfifo', ['-m', '600', join(folder, 'pipe')]);
    expect(codeOf(() => readKeyFile(join(folder, 'pipe')))).toBe('key.malformed');
  });
});

describe('approver keys', () => {
  test('the right passphrase opens, a wrong one and an altered file do not', async () => {
    const { key, text } = await createApproverKey('ann', 'correct horse', countingRandom());
    expect((await openApproverKey(text, 'correct horse')).keyId).toBe(key.keyId);
    await expect(openApproverKey(text, 'wrong horse')).rejects.toMatchObject({ code: 'key.passphrase' });
    const other = createSigningKey('ann', { bytes: (length) => new Uint8Array(length).fill(9) }).key;
    const swapped = text.replace(publicKeyText(key), publicKeyText(other));
    await expect(openApproverKey(swapped, 'correct horse')).rejects.toMatchObject({ code: 'key.passphrase' });
  });

  test.each([
    ['cheaper stretching', (text: string) => text.replace('131072', '1024')],
    ['an unknown field', (text: string) => text.replace('{', '{"extra": 1,')],
    ['another type', (text: string) => text.replace('approver-key/v1', 'approver-key/v2')],
    ['no JSON', () => 'secret'],
  ])('a file with %s is refused', async (_why, change) => {
    const { text } = await createApproverKey('ann', 'correct horse', countingRandom());
    await expect(openApproverKey(change(text), 'correct horse')).rejects.toMatchObject({
      code: 'key.malformed',
    });
  });

  test('a short passphrase is refused', async () => {
    await expect(createApproverKey('ann', 'short', countingRandom())).rejects.toMatchObject({
      code: 'key.passphrase',
    });
  });
});

describe('agents’ signatures', () => {
  const { key } = createSigningKey('bot', countingRandom());
  const claim = {
    digest: 'd'.repeat(64),
    nonce: '01J0000000000000000000000A',
    audience: 'node-1',
    at: 1_000_000,
  };
  const expected = { publicKey: key.publicKey, digest: claim.digest, audience: 'node-1', now: 1_000_500 };
  const signed = signAction(claim, key);

  test('a fresh signature over this action is taken, and uses up its nonce', () => {
    const { subject, consumes } = authenticate({
      agent: { id: 'bot' },
      now: 1_000_500,
      key: { expected, signed },
    });
    expect(subject.authentication).toEqual({
      method: 'key',
      assurance: 2,
      credentialId: key.keyId,
      at: 1_000_000,
    });
    expect(consumes).toEqual([nonceKey(signed)]);
  });

  test.each<[string, Partial<SignedAction>, Partial<typeof expected>, string]>([
    ['another action', {}, { digest: 'e'.repeat(64) }, 'identity.signature'],
    ['another node', {}, { audience: 'node-2' }, 'identity.signature'],
    ['a changed nonce', { nonce: '01J0000000000000000000000B' }, {}, 'identity.signature'],
    ['a changed time', { at: 1_000_001 }, {}, 'identity.signature'],
    [
      'another key',
      {},
      { publicKey: createSigningKey('x', { bytes: (n) => new Uint8Array(n).fill(7) }).key.publicKey },
      'identity.signature',
    ],
    ['a signature that is not base64', { signature: '?' }, {}, 'identity.signature'],
    ['an old signature', {}, { now: 1_060_001 }, 'identity.expired'],
    ['a signature from the future', {}, { now: 994_999 }, 'identity.expired'],
    ['a time that is no number', { at: Number.NaN }, {}, 'identity.expired'],
    ['a key of small order', {}, { publicKey: new Uint8Array(32) }, 'key.weak'],
  ])('%s is refused', (_why, changes, otherwise, code) => {
    expect(
      codeOf(() => verifyActionSignature({ ...signed, ...changes }, { ...expected, ...otherwise })),
    ).toBe(code);
  });

  test('a nonce too short to be fresh is refused, though it was signed', () => {
    const short = signAction({ ...claim, nonce: 'A' }, key);
    expect(codeOf(() => verifyActionSignature(short, expected))).toBe('identity.signature');
  });

  test('an agent with a key that did not sign is nobody', () => {
    expect(codeOf(() => authenticate({ agent: { id: 'bot' }, now: 0, key: { expected } }))).toBe(
      'identity.unauthenticated',
    );
  });

  test('an agent without a key is as configured, and the record says so', () => {
    expect(authenticate({ agent: { id: 'bot' }, now: 5 }).subject.authentication.method).toBe('configured');
  });

  test.each([
    ['an empty agent id', { agent: { id: '' } }, 'identity.unauthenticated'],
    ['a lone surrogate', { agent: { id: '\ud800' } }, 'identity.unauthenticated'],
    [
      'a chain of 17',
      { agent: { id: 'a' }, chain: Array.from({ length: 17 }, () => ({ id: 'b' })) },
      'identity.delegation',
    ],
  ])('%s is refused', (_why, input, code) => {
    expect(codeOf(() => authenticate({ ...input, now: 0 }))).toBe(code);
  });
});
