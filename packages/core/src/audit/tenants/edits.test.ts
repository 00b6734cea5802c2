/** What an administrator edits is found in the logs concerned, and in no other. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isFault } from '../../kernel/index.ts';
import { committed, killDraft, openDraft, sampleLogIdentity, sampleTenant } from '../../testing/index.ts';
import { dataFolder, openStore, own, twoTenants, verify, edit } from './fixtures.ts';

/** Edits of an administrator: which logs they are in. */
const EDITS: readonly (readonly [string, string, readonly string[]])[] = [
  ['an entry edited', 'UPDATE tenant_entries SET bytes = zeroblob(9) WHERE log = 1 AND idx = 1', ['a']],
  ['an entry removed', 'DELETE FROM tenant_entries WHERE log = 1 AND idx = 1', ['a']],
  ['a body edited', 'UPDATE tenant_bodies SET ciphertext = zeroblob(9) WHERE log = 1 AND idx = 1', ['a']],
  ['a kill taken out', 'DELETE FROM tenant_kills WHERE log = 1', ['a']],
  ['a used key forgotten', 'DELETE FROM tenant_consumed WHERE log = 1', ['a']],
  ['a checkpoint removed', 'DELETE FROM tenant_checkpoints WHERE log = 1', ['a']],
  ['a head set back', 'UPDATE tenant_head SET size = 2 WHERE log = 1', ['a']],
  [
    'entries of one index exchanged',
    `UPDATE tenant_entries SET idx = idx + 1000;
     UPDATE tenant_entries SET log = 3 - log, idx = idx - 1000 WHERE idx = 1001;
     UPDATE tenant_entries SET idx = idx - 1000 WHERE idx >= 1000`,
    ['a', 'b'],
  ],
  [
    'bodies exchanged',
    `UPDATE tenant_bodies SET idx = idx + 1000;
     UPDATE tenant_bodies SET log = 3 - log, idx = idx - 1000`,
    ['a', 'b'],
  ],
  [
    'an entry moved to the other log',
    'UPDATE tenant_entries SET log = 2, idx = (SELECT max(idx) + 1 FROM tenant_entries WHERE log = 2) WHERE log = 1 AND idx = (SELECT max(idx) FROM tenant_entries WHERE log = 1)',
    ['a', 'b'],
  ],
  ['a sealed row moved', `UPDATE tenant_kills SET log = 2, id = 'bot-2' WHERE log = 1`, ['a', 'b']],
  [
    'a sealed row copied over',
    'DELETE FROM tenant_kills WHERE log = 2; INSERT INTO tenant_kills SELECT 2, scope, id, reason, seal FROM tenant_kills WHERE log = 1',
    ['b'],
  ],
  [
    'used keys exchanged',
    `UPDATE tenant_consumed SET log = log + 10; UPDATE tenant_consumed SET log = 13 - log`,
    ['a', 'b'],
  ],
  ['the people of an entry moved', 'UPDATE tenant_concerns SET log = 2 WHERE log = 1', ['a', 'b']],
  [
    'numbers exchanged in the list of tenants',
    `UPDATE tenants SET log = log + 10; UPDATE tenants SET log = 13 - log`,
    ['a', 'b'],
  ],
];

test.each(EDITS)(
  '%s is found by verification, in the logs concerned and in no other',
  async (_what, sql, found) => {
    const path = await twoTenants();
    for (const name of ['a', 'b']) expect(await verify(path, name)).toMatchObject({ ok: true, problems: [] });
    edit(path, sql);
    const broken: string[] = [];
    for (const name of ['a', 'b']) if (!(await verify(path, name)).ok) broken.push(name);
    expect(broken).toEqual(found);
  },
);

const STATE_EDITS = EDITS.filter(([what]) => !/bod|people|^an entry edited|exchanged$/.test(what));

test.each(STATE_EDITS)(
  '%s stops the logs concerned at their start, and no other',
  async (_what, sql, found) => {
    const path = await twoTenants();
    rmSync(join(path, 'tenants'), { recursive: true });
    edit(path, sql);
    const store = openStore(path);
    const stopped: string[] = [];
    for (const name of ['a', 'b']) {
      try {
        await committed(await store.open(sampleTenant(name)), openDraft('next'));
      } catch (fault) {
        expect(isFault(fault)).toBe(true);
        stopped.push(name);
      }
    }
    expect(stopped).toEqual(found);
  },
);

test('a log whose rows are edited while it runs is alone in writing no more', async () => {
  const path = dataFolder();
  const store = openStore(path);
  const [a, b] = await Promise.all(['a', 'b'].map((name) => store.open(sampleTenant(name))));
  if (a === undefined || b === undefined) throw new Error('not open');
  await Promise.all([a, b].map((log) => committed(log, openDraft('d', { consumes: ['n'] }))));
  edit(path, 'DELETE FROM tenant_consumed WHERE log = 1');
  const both = (digest: string) => Promise.allSettled([a, b].map((log) => committed(log, openDraft(digest))));
  for (const digest of ['e', 'f']) {
    const [ofA, ofB] = await both(digest);
    expect(ofA).toMatchObject({ status: 'rejected', reason: { code: 'log.corrupt' } });
    expect(ofB).toMatchObject({ status: 'fulfilled' });
  }
  expect([a.reader.size(), b.reader.size()]).toEqual([2, 4]);
});

test('what another process writes to one log is no edit of the others, and an edit of them is still found', async () => {
  const path = dataFolder();
  const here = openStore(path);
  const [ownLog, a] = await Promise.all([here.open(own), here.open(sampleTenant('a'))]);
  const b = await openStore(path, sampleLogIdentity('other')).open(sampleTenant('b'));
  for (const log of [ownLog, a]) await committed(log, killDraft('kill'));
  for (const digest of ['d', 'e']) {
    await committed(b, openDraft(digest));
    for (const log of [ownLog, a]) await committed(log, openDraft(digest));
  }
  edit(path, 'DELETE FROM kills; DELETE FROM tenant_kills WHERE log = 1');
  for (const log of [ownLog, a])
    await expect(log.writer.append(openDraft('f'))).rejects.toMatchObject({ code: 'log.corrupt' });
  await committed(b, openDraft('f'));
});
