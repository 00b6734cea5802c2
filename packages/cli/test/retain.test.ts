// `writ data retain` and `writ data archive`: what every gateway does once a day, by hand; and what `writ doctor` says of it.
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Scratch } from './harness.ts';

const LATER = '2099-01-01T00:00:00Z';

let made: Scratch;
let scratch: Scratch;
beforeAll(() => {
  made = new Scratch();
  made.mustInit('--trust');
  made.run('token', 'create', '--agent', 'ci', '--person', 'ann@example.com');
});
afterAll(() => made.remove());
beforeEach(() => {
  scratch = made.copy();
});
afterEach(() => scratch.remove());

function retain(...flags: readonly string[]) {
  return scratch.json('data', 'retain', ...flags) as {
    status: string;
    classes: readonly { class: string; destroyed: number; held: number; archives: readonly unknown[] }[];
  };
}

test('nothing is past its time at first, and as if it were later it is destroyed; the log verifies', () => {
  expect(retain()).toMatchObject({ status: 'done', classes: [{ class: 'default', destroyed: 0 }] });
  const { classes } = retain('--now', LATER, '--dry-run');
  expect(classes[0]?.destroyed).toBeGreaterThan(0);
  expect(scratch.run('data', 'retain', '--now', LATER)).toMatchObject({ status: 2 });
  expect(retain('--now', LATER, '--yes').classes).toEqual(classes);
  expect(retain('--now', LATER, '--yes').classes[0]).toMatchObject({ destroyed: 0 });
  expect(scratch.run('log', 'verify', '.writ', '--data-keys', '.writ')).toMatchObject({ status: 0 });
});

test('a legal hold keeps what is past its time, until it is released', () => {
  const { id } = scratch.json('data', 'hold', 'place', '--scope', 'tenant', '--reason', 'matter 7');
  const held = retain('--now', LATER, '--yes').classes[0];
  expect(held).toMatchObject({ destroyed: 0 });
  expect(held?.held).toBeGreaterThan(0);
  scratch.run('data', 'hold', 'release', String(id), '--reason', 'settled');
  expect(retain('--now', LATER, '--yes').classes[0]?.destroyed).toBeGreaterThan(0);
});

test('an archive is made first where that is configured, and opens with its key alone', () => {
  const yaml = `policies: [policies]\nagent: {id: bot}\nretention: {default: {keep: 400d, archive: {folder: archive, keyFile: archive-keys/archive.key}}}\n`;
  writeFileSync(scratch.path('kept.yaml'), yaml);
  expect(retain('--config', 'kept.yaml', '--now', LATER, '--yes').classes[0]?.archives).toHaveLength(1);
  const [name = ''] = readdirSync(scratch.path('archive'));
  const key = ['--key', 'archive-keys/archive.key'];
  const opened = scratch.json('data', 'archive', `archive/${name}`, ...key, '--reveal');
  expect(JSON.stringify(opened)).toContain('ann@example.com');
  expect(JSON.stringify(scratch.json('data', 'archive', `archive/${name}`, ...key))).not.toContain(
    'ann@example.com',
  );
  const other = scratch.run('data', 'archive', `archive/${name}`, '--key', '.writ/keys/node.key');
  expect(other).toMatchObject({ status: 2, stdout: '' });
});

test('a configuration with a class below the floor is refused with its place', () => {
  writeFileSync(
    scratch.path('short.yaml'),
    'policies: [policies]\nagent: {id: bot}\nretention: {classes: {decision: 30d}}\n',
  );
  const { status, stderr } = scratch.run('data', 'retain', '--config', 'short.yaml');
  expect(status).toBe(2);
  expect(stderr).toContain('30d is below the floor of 183d');
  expect(stderr).toContain('short.yaml:3:');
});

test('`writ doctor` says that retention fails, and that it did not run for three days', () => {
  const check = () => {
    const { checks } = scratch.json('doctor') as {
      checks: readonly { check: string; status: string; detail: string }[];
    };
    return checks.find((one) => one.check === 'retention');
  };
  const file = scratch.path('.writ/retention.json');
  const origin = String((scratch.json('log', 'show', '0') as { origin?: string }).origin ?? '');
  const progress = {
    version: 1,
    origin,
    log: { size: 0, last: '' },
    settings: '',
    groups: {},
    ranAt: 0,
    triedAt: 0,
  };
  writeFileSync(file, JSON.stringify({ ...progress, problem: 'disk full' }));
  expect(check()).toMatchObject({ status: 'warn' });
  expect(check()?.detail).toContain('disk full');
  writeFileSync(file, JSON.stringify({ ...progress, ranAt: 1 }));
  // The folder itself is as old.
  utimesSync(scratch.path('.writ/keys'), 1, 1);
  expect(check()).toMatchObject({ status: 'warn', detail: expect.stringContaining('1970-01-01') as string });
});
