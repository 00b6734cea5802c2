// `writ` on a data folder that holds logs of tenants beside its own.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLogStore, systemClock, systemRandom } from '@writ/core';
import { Scratch } from './harness.ts';

let scratch: Scratch;
beforeAll(async () => {
  scratch = new Scratch();
  scratch.mustInit('--trust');
  scratch.run('kill', 'agent', 'rogue', '--reason', 'test');
  const store = openLogStore({
    path: scratch.path('.writ'),
    node: 'node-1',
    softwareVersion: '1.0.0',
    clock: systemClock,
    random: systemRandom,
  });
  for (const name of ['umbrella', 'acme'])
    await store.open({
      name,
      origin: `logs.example/${name}`,
      tenant: name,
      signingKey: { seed: systemRandom.bytes(32) },
      bodyKey: { keyId: name, key: systemRandom.bytes(32) },
    });
  await store.close();
});
afterAll(() => scratch.remove());

test('tenants are listed by name, with the origin of each log', () => {
  expect(scratch.json('log', 'tenants')).toEqual({
    tenants: [
      { name: 'acme', origin: 'logs.example/acme' },
      { name: 'umbrella', origin: 'logs.example/umbrella' },
    ],
  });
});

test('a folder without a log is not one without tenants', () => {
  const { status, stdout, stderr } = scratch.run('log', 'tenants', '--data', 'policies');
  expect({ status, stdout }).toEqual({ status: 74, stdout: '' });
  expect(stderr).toContain('holds no log');
});

test.each([
  ['shows', ['log', 'tail']],
  ['stops', ['kill', 'agent', 'other', '--reason', 'test']],
])('a command that %s something says that it leaves the tenants alone', (_what, args) => {
  const { status, stderr } = scratch.run(...args);
  expect([status, stderr]).toEqual([0, expect.stringContaining('those of 2 tenants are not touched')]);
});

test('`doctor` says how many logs lie beside the one it looks at', () => {
  expect(scratch.json('doctor')['checks']).toContainEqual({
    check: 'tenants',
    status: 'ok',
    detail: expect.stringContaining('the logs of 2 tenants') as unknown,
  });
});

test('the folder is not verified as a whole where one key is not all; its own log is, by name', () => {
  expect(scratch.json('log', 'verify', '.writ')).toMatchObject({ ok: false });
  expect(scratch.json('log', 'verify', '.writ', '--tenant', 'default')).toMatchObject({ ok: true });
  expect(scratch.json('log', 'verify', '.writ', '--tenant', 'acme')).toMatchObject({ ok: false });
});

test('a log is not replaced with tenants beside it, and says nothing of an end', () => {
  const before = readFileSync(scratch.path('.writ/keys/log.key'), 'utf8');
  const { status, stderr } = scratch.run('key', 'revoke', '--reason', 'stolen', '--yes');
  expect([status === 0, stderr]).toEqual([false, expect.stringContaining('the logs of 2 tenants')]);
  expect(readFileSync(scratch.path('.writ/keys/log.key'), 'utf8')).toBe(before);
  expect(scratch.json('key', 'list')['history']).toEqual([]);
});
