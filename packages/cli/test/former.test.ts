// Logs that were set aside when a key was replaced: what they hold about a person is handed out with the rest.
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Scratch } from './harness.ts';

const ANN = 'ann@example.org';

interface Export {
  readonly origin: string;
  readonly former: readonly { readonly origin: string }[];
  readonly items: readonly { readonly what: string; readonly log?: string }[];
}

test('what a log that was set aside holds about a person is handed out, by `writ data export` and in a case', async () => {
  const scratch = new Scratch();
  try {
    scratch.mustInit();
    scratch.run('token', 'create', '--agent', 'ci', '--person', ANN);
    const before = JSON.parse(scratch.run('data', 'export', '--subject', ANN).stdout) as Export;
    expect(before.items.length).toBeGreaterThan(0);
    expect(before.former).toBeUndefined();
    expect(scratch.run('key', 'revoke', '--reason', 'stolen', '--yes')).toMatchObject({ status: 0 });
    const after = JSON.parse(scratch.run('data', 'export', '--subject', ANN).stdout) as Export;
    expect(after.former).toMatchObject([{ origin: before.origin }]);
    const old = after.items.filter(({ log }) => log === before.origin);
    expect(old.length).toBeGreaterThanOrEqual(before.items.length);
    const { id = '' } = scratch.json('case', 'open', 'access', '--subject', ANN) as { readonly id?: string };
    scratch.run('case', 'step', id, 'identity_verified', '--words', 'showed a passport');
    expect(scratch.run('case', 'run', id, '--out', 'handed')).toMatchObject({ status: 0 });
    expect(JSON.parse(scratch.read('handed/data.json'))).toMatchObject({
      former: [{ origin: before.origin }],
    });
  } finally {
    await scratch.remove();
  }
}, 200_000);

test('an erasure says which log that was set aside still holds something about the person, and is not done until it is gone', async () => {
  const scratch = new Scratch();
  try {
    scratch.mustInit();
    scratch.run('token', 'create', '--agent', 'ci', '--person', ANN);
    expect(scratch.run('key', 'revoke', '--reason', 'stolen', '--yes')).toMatchObject({ status: 0 });
    const erased = scratch.run('data', 'erase', '--subject', ANN, '--yes', '--json');
    expect(erased).toMatchObject({ status: 1 });
    expect(JSON.parse(erased.stdout)).toMatchObject({
      erasures: [{ status: 'done', former: [{ bodies: 1 }] }],
    });
    expect(erased.stderr).toMatch(/the log set aside in .*former.* still holds 1 body about the person/);
    expect(scratch.run('data', 'erase', '--subject', 'bob@example.org', '--yes')).toMatchObject({
      status: 0,
    });
    rmSync(scratch.path('.writ/former'), { recursive: true });
    expect(scratch.run('data', 'erase', '--subject', ANN, '--yes')).toMatchObject({ status: 0 });
  } finally {
    await scratch.remove();
  }
}, 200_000);
