/** Connection strings: what leaves this machine is encrypted to whom the certificate names, and no fault quotes a password. */
import { afterEach, expect, test, vi } from 'vitest';
import { isFault } from '@writ/core';
import { clientOptions } from './client-options.ts';

afterEach(() => vi.unstubAllEnvs());

const SECRET = 'hunter2';
const at = (host: string, query = ''): string => `postgres://writ:${SECRET}@${host}/log${query}`;

test.each([
  ['nothing is said', at('db.example')],
  ['it is asked for', at('db.example', '?sslmode=verify-full')],
  [
    'it is asked for without a check, as the driver understands it',
    at('db.example:6432', '?sslmode=require'),
  ],
])('a server elsewhere is spoken to over TLS with its name checked: %s', (_why, url) => {
  const { ssl, password, user, database } = clientOptions(url);
  expect(ssl).toEqual({ rejectUnauthorized: true });
  expect([user, password, database]).toEqual(['writ', SECRET, 'log']);
});

test.each([
  ['no TLS', at('db.example', '?sslmode=disable'), {}],
  ['no TLS, in another word', at('db.example', '?ssl=0'), {}],
  ['no check of the certificate', at('db.example', '?sslmode=no-verify'), {}],
  [
    'no check of the certificate, as libpq means it',
    at('db.example', '?sslmode=require&uselibpqcompat=true'),
    {},
  ],
  ['no TLS by the driver’s variable', at('db.example'), { PGSSLMODE: 'disable' }],
  ['no check by the driver’s variable', at('db.example'), { PGSSLMODE: 'no-verify' }],
  ['no host that could be this one', at('127.0.0.1.example', '?sslmode=disable'), {}],
  ['another host in the query', at('localhost', '?host=db.example&sslmode=disable'), {}],
  ['no string at all', SECRET, {}],
  ['no string that can be read', `postgres://writ:${SECRET}@[db/log`, {}],
  ['a file that is not there', at('db.example', '?sslrootcert=/none/ca.pem'), {}],
])('%s is refused, and the string is not quoted', (_why, url, environment) => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  let fault: unknown;
  try {
    clientOptions(url);
  } catch (thrown) {
    fault = thrown;
  }
  expect(isFault(fault, 'config.invalid')).toBe(true);
  const { message, data, cause } = fault as Error & { readonly data: unknown };
  expect(JSON.stringify([message, data, cause])).not.toContain(SECRET);
});

test.each([
  at('127.0.0.1:5432'),
  at('localhost'),
  at('[::1]'),
  `postgres://writ:${SECRET}@/log?host=/var/run/postgresql`,
])('a server on this machine needs none: %s', (url) => {
  expect(clientOptions(url)).toMatchObject({ ssl: false, password: SECRET });
});

test('a mode that is another word for the strictest is taken for it, without a warning', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  for (const mode of ['prefer', 'require', 'verify-ca'])
    expect(clientOptions(at('db.example', `?sslmode=${mode}&options=x`))).toMatchObject({
      ssl: { rejectUnauthorized: true },
      options: 'x',
    });
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
});

test('a file of an authority that is not there is named', () => {
  expect(() => clientOptions(at('db.example', '?sslrootcert=/none/ca.pem'))).toThrow(/`sslrootcert`/);
});

test('settings of the session are handed on', () => {
  expect(clientOptions(at('localhost', '?options=-c%20search_path%3Dx'))).toMatchObject({
    options: '-c search_path=x',
  });
});
