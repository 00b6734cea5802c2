// `writ data`: a person is erased from every file of the data folder, held for a dispute, and handed what is held about them.
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Scratch } from './harness.ts';

const ANN = 'ann.smith@example.com';

let made: Scratch;
let scratch: Scratch;
beforeAll(() => {
  made = new Scratch();
  made.mustInit('--trust');
  made.run('token', 'create', '--agent', 'ci', '--person', ANN, '--note', `for ${ANN}`);
  made.run('token', 'create', '--agent', 'ci', '--person', 'bob@example.com');
});
afterAll(() => made.remove());
beforeEach(() => {
  scratch = made.copy();
  chmodSync(scratch.path('.writ/keys'), 0o700);
});
afterEach(() => scratch.remove());

/** Files below the data folder that have `text` in them. */
function filesWith(text: string): readonly string[] {
  return readdirSync(scratch.path('.writ'), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && readFileSync(join(file.parentPath, file.name)).includes(text))
    .map(({ name }) => name);
}

test('an erased person is in no file of the data folder, their tokens end, and the log verifies', () => {
  expect(filesWith(ANN)).toHaveLength(1);
  const { erasures, purged } = scratch.json('data', 'erase', '--subject', ANN, '--yes') as {
    erasures: readonly Record<string, unknown>[];
    purged: boolean;
  };
  expect(purged).toBe(true);
  expect(erasures).toMatchObject([
    { status: 'done', destroyed: 1, resealed: 0, held: [], tokens: [expect.any(String)] },
  ]);
  expect(filesWith(ANN)).toEqual([]);
  const tokens = scratch.json('token', 'list') as { tokens: readonly { status: string; person?: unknown }[] };
  expect(tokens.tokens.map(({ status, person }) => [status, person])).toEqual([
    ['revoked', undefined],
    ['valid', { id: 'bob@example.com', roles: [] }],
  ]);
  expect(scratch.run('log', 'verify', '.writ', '--data-keys', '.writ')).toMatchObject({ status: 0 });
  expect(scratch.json('data', 'erase', '--subject', ANN, '--yes')).toMatchObject({
    erasures: [{ status: 'done', destroyed: 0, entries: [] }],
  });
});

test('nothing is erased unless somebody says yes', () => {
  const { status, stderr } = scratch.run('data', 'erase', '--subject', ANN);
  expect(status).toBe(2);
  expect(stderr).toContain('--yes');
  expect(filesWith(ANN)).toHaveLength(1);
  expect(scratch.run('data', 'erase', '--yes')).toMatchObject({ status: 2 });
});

test('under a legal hold an erasure is deferred with its reason, and done at release', () => {
  const { id } = scratch.json(
    'data',
    'hold',
    'place',
    '--scope',
    'subject',
    '--subject',
    ANN,
    '--reason',
    'matter 7',
  );
  const deferred = scratch.run('data', 'erase', '--subject', ANN, '--yes', '--json');
  expect(deferred.status).toBe(1);
  expect(JSON.parse(deferred.stdout)).toMatchObject({
    erasures: [{ status: 'deferred', destroyed: 0, held: [{ id, bodies: 2 }] }],
  });
  const listed = scratch.run('data', 'hold', 'list', '--json').stdout;
  expect(JSON.parse(listed)).toMatchObject({
    holds: [{ id, scope: 'subject', reason: 'matter 7' }],
    deferred: [{ holds: [id], cause: 'subject_request' }],
  });
  expect(listed).not.toContain(ANN);
  expect(scratch.run('data', 'hold', 'list', '--reveal').status).toBe(0);
  const released = scratch.json('data', 'hold', 'release', String(id), '--reason', 'settled');
  expect(released).toMatchObject({ erasures: [{ status: 'done', destroyed: 2 }] });
  expect(scratch.json('data', 'hold', 'list')).toEqual({ holds: [], deferred: [] });
  expect(scratch.run('log', 'verify', '.writ', '--data-keys', '.writ')).toMatchObject({ status: 0 });
});

test('a hold says what it needs, and one that is not there cannot be released', () => {
  const place = (...flags: readonly string[]): string =>
    scratch.run('data', 'hold', 'place', '--reason', 'matter 7', ...flags).stderr;
  expect(place('--scope', 'subject')).toContain('`--scope subject` needs `--subject`');
  expect(place('--scope', 'session')).toContain('needs `--session`');
  expect(place('--scope', 'indexes', '--from', '3')).toContain('needs `--from` and `--to`');
  expect(place('--scope', 'indexes', '--from', '3', '--to', '3')).toContain('from one to a later one');
  expect(scratch.run('data', 'hold', 'release', '01K0000000000000000000000C', '--reason', 'x')).toMatchObject(
    {
      status: 2,
      stderr: expect.stringContaining('there is no legal hold') as string,
    },
  );
});

test('what is held about a person is written to a file for this user alone, and that it was is recorded', () => {
  const { items, receipt } = scratch.json(
    'data',
    'export',
    '--subject',
    ANN,
    '--out',
    scratch.path('ann.json'),
  );
  expect(items).toBe(1);
  expect(statSync(scratch.path('ann.json')).mode & 0o777).toBe(0o600);
  expect(JSON.parse(scratch.read('ann.json'))).toMatchObject({
    type: 'writ/subject-export/v1',
    subject: [ANN],
    count: 1,
    items: [{ what: 'entry', kind: 'token', fields: { agent: 'ci', person: ANN } }],
  });
  const entry = scratch.run('log', 'show', String(receipt));
  expect(entry.stdout).toContain('"step": "exported"');
  expect(filesWith(ANN)).toHaveLength(1);
  const again = scratch.run('data', 'export', '--subject', ANN, '--out', scratch.path('ann.json'));
  expect(again).toMatchObject({ status: 74 });
  const csv = scratch.run('data', 'export', '--subject', ANN, '--format', 'csv').stdout;
  expect(csv).toContain('what,index,time,kind,retention,purpose,field,value\r\n');
  expect(csv).toContain(`,token,operator,,person,${ANN}\r\n`);
});

test('one field of one entry is disclosed in a file that is checked offline, and nothing else of it is', () => {
  const { items } = scratch.json('data', 'export', '--subject', ANN, '--out', scratch.path('ann.json'));
  expect(items).toBe(1);
  const { items: listed } = JSON.parse(scratch.read('ann.json')) as { items: readonly { receipt: string }[] };
  const receipt = listed[0]?.receipt ?? '';
  const shown = scratch.run('log', 'disclose', receipt, '--field', 'agent', '--out', 'shown.json');
  expect(shown).toMatchObject({ status: 0 });
  expect(statSync(scratch.path('shown.json')).mode & 0o777).toBe(0o600);
  expect(scratch.read('shown.json')).not.toContain(ANN);
  expect(scratch.json('log', 'check-disclosure', 'shown.json')).toMatchObject({
    ok: true,
    receipt,
    kind: 'token',
    fields: { agent: 'ci' },
  });
  scratch.write('false.json', scratch.read('shown.json').replace('"ci"', '"cj"'));
  expect(scratch.run('log', 'check-disclosure', 'false.json').status).toBe(1);
  expect(scratch.run('log', 'disclose', receipt, '--field', 'nothing').status).toBe(2);
});
