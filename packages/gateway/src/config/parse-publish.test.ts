/** `publish:` in `writ.yaml`: what it takes, where a mistake is, and that nothing that may be a secret is repeated. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Fault } from '@writ/core';
import { parseConfig } from './index.ts';

const FOLDER = '/etc/writ';
const MINIMAL = 'policies: [p.cedar]\nagent: {id: bot}\n';
const LOCK = 'objectLock: {mode: compliance, days: 400}';

const publishOf = (text: string) =>
  parseConfig(`${MINIMAL}publish: {${text}}\n`, join(FOLDER, 'writ.yaml')).publish;

function faultOf(text: string): Fault {
  try {
    publishOf(text);
  } catch (fault) {
    if (fault instanceof Fault) return fault;
    throw fault;
  }
  throw new Error('it was taken');
}

test('a bucket and its lock are enough: AWS, once a minute, credentials from the environment', () => {
  expect(publishOf(`bucket: audit-log, ${LOCK}`)).toEqual({
    bucket: 'audit-log',
    objectLock: { mode: 'compliance', days: 400 },
    credentials: 'env',
    everyMs: 60_000,
  });
  expect(parseConfig(MINIMAL, join(FOLDER, 'writ.yaml')).publish).toBeUndefined();
});

test('everything can be said', () => {
  const text =
    'bucket: audit-log, endpoint: "https://s3.example.com", region: eu-central-1, prefix: node-1/a/, objectLock: none, credentials: {file: s3.env}, every: 5m';
  expect(publishOf(text)).toEqual({
    bucket: 'audit-log',
    endpoint: 'https://s3.example.com',
    region: 'eu-central-1',
    prefix: 'node-1/a',
    objectLock: 'none',
    credentials: { file: join(FOLDER, 's3.env') },
    everyMs: 300_000,
  });
  for (const host of ['127.0.0.1:9000', 'localhost', '[::1]:1'])
    expect(publishOf(`bucket: abc, objectLock: none, endpoint: "http://${host}"`)).toBeDefined();
});

describe('what is refused, with its place', () => {
  const SECRET = 'wJalrXUtnFEMI';
  test.each([
    ['no lock', 'bucket: abc', 'publish', /objectLock: none/],
    ['no bucket', LOCK, 'publish', /bucket/],
    ['an unknown field', `bucket: abc, ${LOCK}, evry: 1s`, 'publish.evry', /every/],
    ['a lock without an end', 'bucket: abc, objectLock: {mode: compliance}', 'publish.objectLock', /days/],
    [
      'a lock of no days',
      'bucket: abc, objectLock: {mode: compliance, days: 0}',
      'publish.objectLock.days',
      /1 to 36500/,
    ],
    [
      'a lock of half a day',
      'bucket: abc, objectLock: {mode: compliance, days: 0.5}',
      'publish.objectLock.days',
      /whole/,
    ],
    [
      'a lock of no kind',
      'bucket: abc, objectLock: {mode: complience, days: 1}',
      'publish.objectLock.mode',
      /compliance/,
    ],
    ['no lock, said otherwise', 'bucket: abc, objectLock: false', 'publish.objectLock', /objectLock: none/],
    [
      'a server without TLS',
      `bucket: abc, ${LOCK}, endpoint: "http://s3.example.com"`,
      'publish.endpoint',
      /https/,
    ],
    ['a server that is none', `bucket: abc, ${LOCK}, endpoint: s3`, 'publish.endpoint', /https/],
    [
      'a server with a path',
      `bucket: abc, ${LOCK}, endpoint: "https://h/${SECRET}"`,
      'publish.endpoint',
      /path/,
    ],
    [
      'a password in the address',
      `bucket: abc, ${LOCK}, endpoint: "https://u:${SECRET}@h"`,
      'publish.endpoint',
      /without a user/,
    ],
    ['an address for a bucket', `bucket: "https://u:${SECRET}@h", ${LOCK}`, 'publish.bucket', /endpoint/],
    [
      'a prefix that leads elsewhere',
      `bucket: abc, ${LOCK}, prefix: "../${SECRET} x"`,
      'publish.prefix',
      /letters/,
    ],
    [
      'a region that is none',
      `bucket: abc, ${LOCK}, region: "${SECRET} x"`,
      'publish.region',
      /eu-central-1/,
    ],
    ['too often', `bucket: abc, ${LOCK}, every: 10ms`, 'publish.every', /from 1s to 1d/],
    [
      'a secret for where it is',
      `bucket: abc, ${LOCK}, credentials: ${SECRET}`,
      'publish.credentials',
      /AWS_ACCESS_KEY_ID/,
    ],
    [
      'credentials themselves',
      `bucket: abc, ${LOCK}, credentials: {accessKeyId: a, secretAccessKey: ${SECRET}}`,
      'publish.credentials',
      /0600/,
    ],
    [
      'a number for a file',
      `bucket: abc, ${LOCK}, credentials: {file: 31415926}`,
      'publish.credentials',
      /file/,
    ],
  ])('%s', (_what, text, path, hint) => {
    const fault = faultOf(text);
    expect(fault).toMatchObject({ code: 'config.invalid', data: { path, line: 3 } });
    expect(String(fault.data['hint'])).toMatch(hint);
    expect(`${fault.message} ${JSON.stringify(fault.data)} ${String(fault.cause)}`).not.toMatch(
      new RegExp(`${SECRET}|31415926`),
    );
  });
});
