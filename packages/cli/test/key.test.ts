// `writ key`, where a run was broken off or a process still uses the folder.
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import { addNextLogKey, openLog, publicKeyText, systemRandom } from '@writ/core';
import { logOptions, readKeys, writeData } from '../src/data/index.ts';
import { Scratch } from './harness.ts';

let made: Scratch;
let scratch: Scratch;
beforeAll(() => {
  made = new Scratch();
  made.mustInit();
  made.run('kill', 'agent', 'rogue', '--reason', 'test');
});
afterAll(() => made.remove());
beforeEach(() => {
  scratch = made.copy();
  chmodSync(scratch.path('.writ/keys'), 0o700);
});
afterEach(() => scratch.remove());

const data = (): string => scratch.path('.writ');
const actions = (): readonly string[] => {
  const { history } = scratch.json('key', 'list') as { history: { action: string }[] };
  return history.map(({ action }) => action);
};

test('a next key that was made and not told of is told of, and no other is made', () => {
  const key = publicKeyText(addNextLogKey(data(), readKeys(data()).origin, systemRandom));
  expect(scratch.json('key', 'rotate')).toMatchObject({ key });
  expect(actions()).toEqual(['add']);
  expect(scratch.run('key', 'rotate').status).not.toBe(0);
});

test('a key is called retired once, though the run that said so was broken off', async () => {
  scratch.run('key', 'rotate');
  const key = publicKeyText(readKeys(data()).logKey);
  await writeData({ data: data() }, async ({ append }) => {
    await append({ kind: 'key', key: { action: 'retire', key } }, {});
  });
  expect(scratch.json('key', 'retire')).toMatchObject({ retired: key });
  expect(actions()).toEqual(['add', 'retire']);
});

test('a log names one successor, though the run that named it was broken off', async () => {
  const key = publicKeyText(readKeys(data()).logKey);
  await writeData({ data: data() }, async ({ append }) => {
    await append({ kind: 'key', key: { action: 'revoke', key, successor: 'next.example/log' } }, {});
  });
  expect(scratch.run('key', 'revoke', '--reason', 'stolen', '--yes').status).toBe(0);
  expect(readKeys(data()).origin).toBe('next.example/log');
  expect(scratch.run('unkill', 'agent', 'rogue', '--reason', 'test').status).toBe(0);
});

test.each([
  ['retire', ['retire']],
  ['revoke', ['revoke', '--reason', 'stolen', '--yes']],
])('%s says and destroys nothing while a process uses the folder', async (_name, args) => {
  scratch.run('key', 'rotate');
  const before = readFileSync(scratch.path('.writ/keys/log.key'), 'utf8');
  const log = await openLog(await logOptions(data(), readKeys(data())));
  expect(scratch.run('key', ...args).stderr).toContain('stop the gateways');
  await log.close();
  expect(readFileSync(scratch.path('.writ/keys/log.key'), 'utf8')).toBe(before);
  expect(existsSync(scratch.path('.writ/successor'))).toBe(false);
  expect(actions()).toEqual(['add']);
});
