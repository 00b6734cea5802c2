// `writ case`: a request from its beginning to its end, deadlines that cron hears of, and names that are shown to nobody who did not ask.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Scratch } from './harness.ts';

/** Longest time of a test: each command is a process of its own. */
const SLOW_MS = 120_000;

let made: Scratch;
let scratch: Scratch;
beforeAll(() => {
  made = new Scratch();
  made.mustInit('--trust');
});
afterAll(() => made.remove());
beforeEach(() => {
  scratch = made.copy();
  chmodSync(scratch.path('.writ/keys'), 0o700);
});
afterEach(() => scratch.remove());

const open = (...args: readonly string[]): string => String(scratch.json('case', 'open', ...args)['id']);

test('a request is opened, verified, handed over and closed, each step an entry that names nobody', () => {
  const id = open('access', '--subject', 'ann@example.org', '--words', 'by letter of May 4');
  const file = scratch.write('export.json', '{}');
  expect(scratch.run('case', 'close', id, 'done')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('nobody has verified who asks') as string,
  });
  expect(scratch.run('case', 'step', id, 'identity_verified', '--words', 'showed a passport').status).toBe(0);
  expect(scratch.run('case', 'step', id, 'exported')).toMatchObject({ status: 1 });
  expect(scratch.run('case', 'step', id, 'exported', '--evidence', file).status).toBe(0);
  expect(scratch.json('case', 'close', id, 'done')).toMatchObject({ status: 'closed', outcome: 'done' });
  expect(scratch.run('case', 'step', id, 'note').stderr).toContain('is closed');

  const tail = scratch.run('log', 'tail', '--number', '20', '--json').stdout;
  expect(tail).toContain(`"step":"identity_verified"`);
  expect(tail).not.toMatch(/ann@|passport|letter of May/);
  expect(scratch.run('log', 'verify', '.writ').status).toBe(0);
});

test('names are masked unless they are asked for', () => {
  const id = open('access', '--subject', 'ann@example.org');
  for (const args of [['list'], ['list', '--json'], ['show', id], ['show', id, '--json'], ['export']]) {
    const { stdout, status } = scratch.run('case', ...args);
    expect({ args, status }).toEqual({ args, status: 0 });
    expect(stdout).toContain(id);
    expect(stdout).not.toContain('ann@');
  }
  expect(scratch.run('case', 'show', id, '--reveal').stdout).toContain('ann@example.org');
  expect(scratch.run('case', 'export', '--subject', 'named').stdout).toContain('ann@example.org');
});

test('what is overdue is an exit code, and told once to whoever follows the log', () => {
  const id = open('breach', '--aware', '2026-01-05T09:00:00Z');
  open('access', '--subject', 'ann');
  const overdue = scratch.run('case', 'list', '--overdue', '--json');
  expect(overdue.status).toBe(1);
  expect(JSON.parse(overdue.stdout)).toMatchObject({
    cases: [{ id, overdue: true, due: '2026-01-08T09:00:00.000Z', clocks: { authority: { met: null } } }],
  });
  expect(scratch.run('case', 'alert')).toMatchObject({
    status: 1,
    stdout: `overdue breach ${id}, due 2026-01-08T09:00:00Z\n`,
  });
  expect(scratch.run('case', 'alert')).toMatchObject({ status: 0, stdout: '' });
  scratch.run('case', 'step', id, 'risk_unlikely', '--words', 'the disk was encrypted');
  scratch.run('case', 'close', id, 'done');
  expect(scratch.run('case', 'list', '--overdue').status).toBe(0);
});

test('a deadline is extended with a reason, by two months at most', () => {
  const id = open('access', '--subject', 'ann');
  expect(scratch.run('case', 'extend', id, '--days', '62', '--reason', 'x').status).toBe(2);
  expect(scratch.run('case', 'extend', id, '--days', '61', '--reason', 'x').status).toBe(1);
  expect(scratch.run('case', 'extend', id, '--days', '60', '--reason', 'eight systems').status).toBe(0);
  expect(scratch.run('case', 'extend', id, '--days', '1', '--reason', 'more').stderr).toContain(
    'once already',
  );
});

test('an export is a file of its owner, in JSON and CSV', () => {
  const id = open('erasure', '--subject', 'ann');
  expect(scratch.run('case', 'export', '--format', 'csv', '--out', 'cases.csv').status).toBe(0);
  expect(statSync(scratch.path('cases.csv')).mode & 0o777).toBe(0o600);
  expect(readFileSync(scratch.path('cases.csv'), 'utf8')).toMatch(
    new RegExp(`^id,type,status,.*\r\n${id},erasure,open,`),
  );
  expect(scratch.run('case', 'export', '--out', 'cases.csv').status).not.toBe(0);
  expect(JSON.parse(scratch.run('case', 'export').stdout)).toMatchObject({ version: 1, cases: [{ id }] });
});

test('what shows an erasure is the entry of one, and evidence that is not there is refused', () => {
  const id = open('erasure', '--subject', 'ann');
  scratch.run('case', 'step', id, 'identity_verified');
  expect(scratch.run('case', 'step', id, 'erased', '--evidence', '0').stderr).toContain(
    'no entry of an erasure',
  );
  expect(scratch.run('case', 'step', id, 'erased', '--evidence', '99999').stderr).toContain(
    'no receipt of this log',
  );
  expect(scratch.run('case', 'step', id, 'note', '--evidence', 'missing.pdf').stderr).toContain(
    'there is no file',
  );
});

test('a word that is no type, outcome or case is told with those that are', () => {
  expect(scratch.run('case', 'open', 'portability').stderr).toContain('needs `--subject`');
  expect(scratch.run('case', 'open', 'deletion', '--subject', 'ann').stderr).toContain(
    'access, rectification',
  );
  expect(scratch.run('case', 'show', 'x')).toMatchObject({ status: 2 });
});

const verified = (...args: readonly string[]): string => {
  const id = open(...args);
  scratch.run('case', 'step', id, 'identity_verified');
  return id;
};

test(
  'a case of access hands out everything that is held, as JSON and CSV of its owner, whose hashes it keeps',
  () => {
    const id = open('access', '--subject', 'ann@example.org');
    expect(scratch.run('case', 'run', id, '--out', 'out').stderr).toContain('nobody has verified');
    expect(existsSync(scratch.path('out'))).toBe(false);
    scratch.run('case', 'step', id, 'identity_verified');
    expect(scratch.run('case', 'run', id, '--out', 'out').status).toBe(0);
    for (const name of ['data.json', 'data.csv']) {
      expect(statSync(scratch.path('out', name)).mode & 0o777).toBe(0o600);
      expect(scratch.read(`out/${name}`)).toContain('ann@example.org');
    }
    const hashes = ['data.json', 'data.csv'].map((name) => ({
      sha256: createHash('sha256')
        .update(scratch.read(`out/${name}`))
        .digest('hex'),
    }));
    expect(scratch.json('case', 'show', id)['evidence']).toEqual(hashes);
    expect(scratch.run('case', 'close', id, 'done').status).toBe(0);
  },
  SLOW_MS,
);

test(
  'a case of erasure erases, names nobody afterwards, and shows the entries that tell of it',
  () => {
    const other = open('access', '--subject', 'ann@example.org');
    const id = verified('erasure', '--subject', 'ann@example.org');
    expect(scratch.run('case', 'run', id)).toMatchObject({ status: 2 });
    expect(scratch.json('case', 'run', id, '--yes')).toMatchObject({ did: 'erased', status: 'in_progress' });
    expect(scratch.run('case', 'close', id, 'done').status).toBe(0);
    expect(scratch.run('case', 'export', '--subject', 'named').stdout).not.toContain('ann@');
    expect(scratch.json('case', 'show', other)).toMatchObject({ status: 'open', subject: [] });
    expect(scratch.run('data', 'export', '--subject', 'ann@example.org').stdout).toContain('"count":0');
    expect(scratch.run('log', 'verify', '.writ').status).toBe(0);
  },
  SLOW_MS,
);

test(
  'an erasure that a legal hold keeps is deferred with its reason, and its case is done at the release',
  () => {
    const hold = scratch.json(
      'data',
      'hold',
      'place',
      '--scope',
      'subject',
      '--subject',
      'ann',
      '--reason',
      'matter 7',
    )['id'];
    const id = verified('erasure', '--subject', 'ann');
    const run = scratch.run('case', 'run', id, '--yes', '--json');
    expect(run.status).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({ did: 'deferred', status: 'deferred', holds: [hold] });
    expect(scratch.run('data', 'hold', 'release', String(hold), '--reason', 'settled').status).toBe(0);
    expect(scratch.json('case', 'show', id)).toMatchObject({
      status: 'closed',
      outcome: 'done',
      subject: [],
    });
  },
  SLOW_MS,
);

test(
  'a case of restriction takes every purpose out of force, and says so',
  () => {
    const id = verified('restriction', '--subject', 'ann');
    expect(scratch.json('case', 'run', id)).toMatchObject({ did: 'restricted' });
    expect(scratch.json('case', 'show', id)).toMatchObject({ restricts: 'everything' });
    expect(scratch.json('privacy', 'status')).toMatchObject({ restrictions: 1 });
  },
  SLOW_MS,
);

test('a slip is told: a person who is missing, days of a breach, a step of no meaning, a file that is there', () => {
  expect(scratch.run('case', 'open', 'access')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('needs `--subject`') as string,
  });
  expect(scratch.run('case', 'open', 'breach', '--days', '3')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('`--days` is not for a breach') as string,
  });
  expect(scratch.json('case', 'list')).toEqual({ cases: [] });

  const id = open('access', '--subject', 'ann@example.org');
  expect(scratch.run('case', 'step', id, 'identity_verified').stderr).toBe('');
  expect(scratch.run('case', 'step', id, 'exportd').stderr).toMatch(
    /^`exportd` is noted, and nothing more: .*\bexported\b/m,
  );
  expect(scratch.run('case', 'run', id, '--out', scratch.path('answer')).status).toBe(0);
  expect(scratch.run('case', 'run', id, '--out', scratch.path('answer'))).toMatchObject({
    status: 74,
    stderr: expect.stringContaining('nothing is written over') as string,
  });
  expect(scratch.run('case', 'run', id, '--out', scratch.path('no/answer')).stderr).toContain('first');
});

test('a notification that rests on nothing says so, and of whom', () => {
  const id = open('breach');
  const asked = ['case', 'breach', id, '--from', '2020-01-01T00:00:00Z', '--agent', 'reserch-bot'];
  const { status, stderr } = scratch.run(...asked, '--out', scratch.path('breach.md'));
  expect(status).toBe(0);
  expect(stderr).toMatch(/^nothing was permitted of agent `reserch-bot` in this period/m);
});

test('an erasure that is run once more is told that its person was erased', () => {
  const id = open('erasure', '--subject', 'ann@example.org');
  scratch.run('case', 'step', id, 'identity_verified');
  expect(scratch.run('case', 'run', id, '--yes').status).toBe(0);
  expect(scratch.run('case', 'run', id, '--yes')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('names nobody any more: its person was erased') as string,
  });
});
