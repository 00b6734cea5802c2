/** Which log a data folder names, and what is said where its server cannot be reached for want of a driver or a string. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { beginSuccession, openLog } from '@writ/core';
import { SAMPLE_LOG_KEYS, sampleLogIdentity } from '@writ/core/testing';
import { openDatabase, openDataLog, readLogPlace, settleLogPlace, writeLogPlace } from './index.ts';

const URL = { env: 'WRIT_POSTGRES_URL' };
const POSTGRES = { kind: 'postgres', schema: 'writ', url: URL } as const;

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'writ-place-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const options = () => ({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path: data });

describe('a data folder', () => {
  test('names no other place until a configuration does, and then that one, also to who sees no configuration', () => {
    expect(readLogPlace(data)).toEqual({ kind: 'folder' });
    expect(settleLogPlace(data, undefined)).toEqual({ kind: 'folder' });
    expect(settleLogPlace(data, { url: URL })).toEqual(POSTGRES);
    expect([readLogPlace(data), settleLogPlace(data, undefined)]).toEqual([POSTGRES, POSTGRES]);
  });

  test('follows where the string is found, and the schema of a log that goes on, and keeps what it names', () => {
    writeLogPlace(data, { ...POSTGRES, schema: 'writ_next', former: 'writ' });
    const file = { file: '/etc/writ/url' };
    expect(settleLogPlace(data, { url: file })).toEqual({
      kind: 'postgres',
      schema: 'writ_next',
      url: file,
      former: 'writ',
    });
    expect(() => settleLogPlace(data, { url: file, schema: 'writ' })).toThrow(
      expect.objectContaining({ code: 'log.conflict' }),
    );
  });

  test('that names another place gets no log of its own: a kill written to it would stop nobody', async () => {
    settleLogPlace(data, { url: URL });
    await expect(openLog(options())).rejects.toMatchObject({ code: 'log.conflict' });
    expect(existsSync(join(data, 'writ.db'))).toBe(false);
  });

  test('that holds a log does not name another place', async () => {
    await (await openLog(options())).close();
    expect(() => settleLogPlace(data, { url: URL })).toThrow(/not moved into PostgreSQL/);
    expect(readLogPlace(data)).toEqual({ kind: 'folder' });
  });

  test.each(['{}', '[]', '{"postgres":{"schema":"writ"}}', '{"postgres":{"urlEnv":"A"}}', 'null'])(
    'that says nothing that can be read names none: %s',
    (text) => {
      writeFileSync(join(data, 'log.json'), text);
      expect(() => readLogPlace(data)).toThrow(expect.objectContaining({ code: 'config.invalid' }));
    },
  );

  test('whose log is being replaced opens none', async () => {
    beginSuccession(data, 'next.example/log');
    await expect(openDataLog(POSTGRES, options(), { environment: {} })).rejects.toThrow(/is being replaced/);
  });
});

describe('a server', () => {
  test('needs the driver, and says how to install it', async () => {
    const load = (): Promise<never> => Promise.reject(new Error('Cannot find package'));
    const environment = { WRIT_POSTGRES_URL: 'postgres://u:hunter2@h/d' };
    await expect(openDatabase(URL, { environment, load })).rejects.toMatchObject({
      code: 'config.invalid',
      data: { hint: expect.stringContaining('npm install @writ/postgres') as string },
    });
  });

  test('is reached by the string in the variable, or in a file that nobody else may read', async () => {
    const urls: string[] = [];
    const load = () =>
      Promise.resolve({
        openPostgres({ url }: { readonly url: string }) {
          urls.push(url);
          return {} as never;
        },
      });
    const file = join(data, 'url');
    writeFileSync(file, ' postgres://in/file\n', { mode: 0o600 });
    await openDatabase(URL, { environment: { WRIT_POSTGRES_URL: 'postgres://in/variable' }, load });
    await openDatabase({ file }, { environment: {}, load });
    expect(urls).toEqual(['postgres://in/variable', 'postgres://in/file']);
    await expect(openDatabase({ file: join(data, 'gone') }, { environment: {}, load })).rejects.toMatchObject(
      {
        code: 'config.invalid',
        message: expect.stringContaining('which is to hold the connection string'),
      },
    );
    for (const environment of [{}, { WRIT_POSTGRES_URL: ' ' }])
      await expect(openDatabase(URL, { environment, load })).rejects.toThrow(/no `WRIT_POSTGRES_URL`/);
  });
});
