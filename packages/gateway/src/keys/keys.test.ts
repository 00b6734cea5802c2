/** What wraps the keys of a data folder, from configuration to key ring. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEncryptionKey, type KeyEncryption, rewrapKeyRing, systemRandom } from '@writ/core';
import type { KeyEncryptionSource } from '../config/index.ts';
import {
  type KeyConnecting,
  type KmsDriver,
  keyRingOptions,
  openEncryption,
  openTenantKeys,
  readKeyPlace,
  settleKeyPlace,
  takeVariable,
} from './index.ts';

let folder: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-keys-'));
  data = join(folder, '.writ');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const TRANSIT = { kind: 'transit', address: 'https://vault.example.com', key: 'writ' } as const;
const AWS = { kind: 'awsKms', key: 'alias/writ', region: 'x' } as const;

/** Key services that note with what they are opened. */
function services(): { readonly driver: KmsDriver; readonly asked: unknown[] } {
  const asked: unknown[] = [];
  const { encryption } = createEncryptionKey(systemRandom);
  return {
    asked,
    driver: {
      openAwsKms: (options) => {
        asked.push(options);
        return encryption;
      },
      openTransit: (options) => {
        asked.push({ ...options, token: options.token() });
        return encryption;
      },
      openTransitSigner: () => Promise.reject(new Error('nobody signs here')),
    },
  };
}

const connecting = (
  environment: Record<string, string | undefined>,
  driver: KmsDriver = services().driver,
): KeyConnecting => ({ environment, loadKms: () => Promise.resolve(driver) });

function write(name: string, text: string, mode = 0o600): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode });
  chmodSync(file, mode);
  return file;
}

test('a variable is taken out of the environment, and is at hand all the same', async () => {
  const environment = { WRIT_KEK: createEncryptionKey(systemRandom).text };
  const source = { kind: 'env', env: 'WRIT_KEK' } as const;
  const opened = await openEncryption(source, connecting(environment));
  expect(environment).toEqual({});
  expect((await openEncryption(source, connecting(environment)))?.id).toBe(opened?.id);
  await expect(openEncryption({ ...source, env: 'OTHER' }, connecting({}))).rejects.toThrow(
    'the environment has no `OTHER`',
  );
});

test('a thread of this process finds what was taken out, and its environment does not show it', async () => {
  process.env['WRIT_TEST_TAKEN'] = 'secret';
  expect(takeVariable(process.env, 'WRIT_TEST_TAKEN')).toBe('secret');
  const text =
    "const t = require('node:worker_threads'); t.parentPort.postMessage([process.env.WRIT_TEST_TAKEN ?? null, t.getEnvironmentData('writ/taken/WRIT_TEST_TAKEN')])";
  const worker = new Worker(text, { eval: true });
  expect(await once(worker, 'message')).toEqual([[null, 'secret']]);
  await worker.terminate();
});

test('a token is read for each call from a file that is its owner’s alone', async () => {
  const file = write('token', 'hvs.one\n');
  const { driver, asked } = services();
  const source: KeyEncryptionSource = { ...TRANSIT, token: { file } };
  await openEncryption(source, connecting({}, driver));
  writeFileSync(file, 'hvs.two\n');
  await openEncryption(source, connecting({}, driver));
  expect(asked).toMatchObject([{ token: 'hvs.one' }, { token: 'hvs.two' }]);
  chmodSync(file, 0o640);
  await expect(openEncryption(source, connecting({}, driver))).rejects.toThrow(/has mode 640/);
  rmSync(file);
  await expect(openEncryption(source, connecting({}, driver))).rejects.toThrow(/no token stands at/);
});

test('credentials of AWS come from the environment or from a file that is its owner’s alone', async () => {
  const values = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
  const { driver, asked } = services();
  await openEncryption({ ...AWS, credentials: 'env' }, connecting(values, driver));
  const file = write('aws', 'AWS_ACCESS_KEY_ID=id\nAWS_SECRET_ACCESS_KEY=secret\n');
  await openEncryption({ ...AWS, credentials: { file } }, connecting({}, driver));
  const known = {
    key: 'alias/writ',
    region: 'x',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
  };
  expect(asked).toEqual([known, known]);
  chmodSync(file, 0o644);
  await expect(openEncryption({ ...AWS, credentials: { file } }, connecting({}, driver))).rejects.toThrow(
    /has mode 644/,
  );
});

test('without the package of key services it is said how to install it', async () => {
  const loadKms = (): Promise<KmsDriver> => Promise.reject(new Error('not found'));
  await expect(
    openEncryption(
      { ...AWS, credentials: 'env' },
      { environment: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }, loadKms },
    ),
  ).rejects.toMatchObject({ data: { hint: expect.stringContaining('npm install @writ/kms') as string } });
});

test('the folder says what wraps its keys to whoever sees no configuration, and a former key opens until it is rotated', async () => {
  const owner = { data, node: 'n' };
  const made = await openTenantKeys(owner, connecting({}));
  expect(readKeyPlace(data)).toEqual({ encryption: { kind: 'folder' }, former: [] });
  const file = write('kek', createEncryptionKey(systemRandom).text);
  const [one, two] = [
    { kind: 'file', file } as const,
    { kind: 'file', file: write('kek2', createEncryptionKey(systemRandom).text) } as const,
  ];
  settleKeyPlace(data, { encryption: one, former: [] });
  expect(readKeyPlace(data).encryption).toEqual(one);
  // Not wrapped anew yet: it opens with what wrapped it.
  expect((await openTenantKeys(owner, connecting({}))).bodyKey).toEqual(made.bodyKey);
  await rewrapKeyRing(await keyRingOptions(owner, connecting({})));
  settleKeyPlace(data, { encryption: two, former: [one] });
  expect((await openTenantKeys(owner, connecting({}))).bodyKey).toEqual(made.bodyKey);
  await rewrapKeyRing(await keyRingOptions(owner, connecting({})));
  rmSync(file);
  expect((await openTenantKeys(owner, connecting({}))).bodyKey).toEqual(made.bodyKey);
  settleKeyPlace(data, { encryption: { kind: 'folder' }, former: [] });
  await expect(openTenantKeys(owner, connecting({}))).rejects.toThrow(/wrapped by the key-encryption key/);
  expect(readFileSync(join(data, 'keys/encryption.json'), 'utf8')).not.toContain('writ-key-encryption-key');
});

test('keys are made where there is no log, and not where there is one', async () => {
  const owner = { data, node: 'n' };
  await openTenantKeys(owner, connecting({}));
  rmSync(join(data, 'keys'), { recursive: true });
  write('.writ/writ.db', '');
  await expect(openTenantKeys(owner, connecting({}))).rejects.toThrow(/no key ring stands/);
  expect(existsSync(join(data, 'keys'))).toBe(false);
});

test('a service that fails stops the start, whatever it says', async () => {
  const broken: KeyEncryption = {
    id: 'service:x',
    wrap: () => Promise.reject(new Error('down')),
    unwrap: () => Promise.reject(new Error('down')),
  };
  const driver: KmsDriver = { ...services().driver, openAwsKms: () => broken, openTransit: () => broken };
  settleKeyPlace(data, { encryption: { ...TRANSIT, token: { env: 'T' } }, former: [] });
  await expect(openTenantKeys({ data, node: 'n' }, connecting({ T: 'x' }, driver))).rejects.toThrow('down');
});
