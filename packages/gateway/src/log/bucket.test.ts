/** A bucket that a configuration names: who asks for it, what is said where it cannot be opened, and that nothing is left open. */
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '@writ/core';
import { SAMPLE_LOG_KEYS, sampleLogIdentity } from '@writ/core/testing';
import { openBucket, openDataLog, readCredentials } from './index.ts';

const SECRET = 'wJalrXUtnFEMI';
const ENVIRONMENT = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: SECRET };
const PUBLISH = { bucket: 'audit-log', objectLock: 'none', credentials: 'env', everyMs: 60_000 } as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-bucket-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function told(act: () => unknown): Fault {
  try {
    act();
  } catch (fault) {
    if (fault instanceof Fault) return fault;
    throw fault;
  }
  throw new Error('nothing was thrown');
}

describe('credentials', () => {
  test('come from the environment, or from a file that nobody else may read', () => {
    const known = { accessKeyId: 'AKIA', secretAccessKey: SECRET };
    expect(readCredentials('env', ENVIRONMENT)).toEqual(known);
    expect(readCredentials('env', { ...ENVIRONMENT, AWS_SESSION_TOKEN: 't' })).toEqual({
      ...known,
      sessionToken: 't',
    });
    const file = join(folder, 's3.env');
    writeFileSync(file, `# of the log\n\nAWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY = ${SECRET}==\n`, {
      mode: 0o600,
    });
    expect(readCredentials({ file }, {})).toEqual({ ...known, secretAccessKey: `${SECRET}==` });
    chmodSync(file, 0o640);
    expect(told(() => readCredentials({ file }, {}))).toMatchObject({ code: 'key.permissions' });
    expect(told(() => readCredentials({ file: join(folder, 'gone') }, {}))).toMatchObject({
      code: 'config.invalid',
    });
  });

  test.each([
    ['a secret alone', SECRET],
    ['an unknown name', `SECRET=${SECRET}`],
    ['a name of its own', `${SECRET}=x`],
    ['half of them', `AWS_SECRET_ACCESS_KEY=${SECRET}`],
  ])('in a file that holds %s are refused, and no line is quoted', (_what, text) => {
    const file = join(folder, 's3.env');
    writeFileSync(file, text, { mode: 0o600 });
    const fault = told(() => readCredentials({ file }, ENVIRONMENT));
    expect(fault.code).toBe('config.invalid');
    expect(`${fault.message} ${JSON.stringify(fault.data)}`).not.toContain(SECRET);
  });

  test('that are missing are asked for by name', () => {
    expect(told(() => readCredentials('env', { AWS_ACCESS_KEY_ID: 'AKIA' })).message).toContain(
      'AWS_SECRET_ACCESS_KEY',
    );
  });
});

describe('a bucket', () => {
  test('needs the client, and says how to install it', async () => {
    const load = (): Promise<never> => Promise.reject(new Error('Cannot find package'));
    await expect(openBucket(PUBLISH, { environment: ENVIRONMENT, load })).rejects.toMatchObject({
      code: 'config.invalid',
      data: { hint: expect.stringContaining('npm install @writ/s3') as string },
    });
  });

  test('that does not answer keeps the log from being opened, before anything is made', async () => {
    const openS3 = (): Promise<never> => Promise.reject(new Fault('log.unavailable', 'simulated'));
    const options = {
      ...sampleLogIdentity(),
      ...SAMPLE_LOG_KEYS,
      path: join(folder, 'data'),
      publish: PUBLISH,
    };
    const connecting = { environment: ENVIRONMENT, loadS3: () => Promise.resolve({ openS3 }) };
    await expect(openDataLog({ kind: 'folder' }, options, connecting)).rejects.toMatchObject({
      code: 'log.unavailable',
      message: expect.stringContaining('how far the log is published') as string,
    });
    expect(existsSync(join(folder, 'data/writ.db'))).toBe(false);
  });

  test('is not looked for on a server that the environment alone names', async () => {
    const load = (): Promise<never> => Promise.reject(new Error('it was loaded'));
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3'])
      await expect(
        openBucket(PUBLISH, { environment: { ...ENVIRONMENT, [name]: 'http://elsewhere.example' }, load }),
      ).rejects.toThrow(`names a server for the bucket, with \`${name}\``);
  });

  test('is not loaded where none is named', async () => {
    const loadS3 = (): Promise<never> => Promise.reject(new Error('it was loaded'));
    const options = { ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path: folder };
    await (await openDataLog({ kind: 'folder' }, options, { environment: {}, loadS3 })).close();
  });
});
