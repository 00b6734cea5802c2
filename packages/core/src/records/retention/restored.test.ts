// A log that was put back from a backup: what was destroyed since stands there again, whatever the notes of earlier runs say.
import { cpSync, rmSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { openLog, type OpenLog } from '../../audit/index.ts';
import { committed, openDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '../../testing/index.ts';
import { bodiesIn, bodyOf, dataFolder, type RetentionWorld, retentionWorld } from './fixtures.ts';
import { retain } from './retain.ts';

/** Puts the copy `backup` in the place of the log, which goes on until it is as long as it was. */
async function restore(world: RetentionWorld, backup: string, size: number): Promise<OpenLog> {
  await world.log.close();
  rmSync(world.path, { recursive: true });
  cpSync(backup, world.path, { recursive: true });
  const log = await openLog({
    ...sampleLogIdentity('restored'),
    clock: world.clock,
    path: world.path,
    ...SAMPLE_LOG_KEYS,
  });
  onTestFinished(() => log.close());
  while (log.reader.size() < size)
    await committed(log, {
      ...openDraft(`again-${log.reader.size()}`, bodyOf('new')),
      time: world.clock.now(),
    });
  return log;
}

/** A log with three bodies past their time, and a copy of it. */
async function backedUp(): Promise<{ world: RetentionWorld; backup: string; old: readonly number[] }> {
  const world = await retentionWorld();
  const old = [await world.add('ann'), await world.add('bob'), await world.add('cleo')];
  world.goTo(2_000);
  await world.add('now');
  await world.log.publish();
  const backup = dataFolder();
  cpSync(world.path, backup, { recursive: true });
  return { world, backup, old };
}

test('bodies that a backup brings back are destroyed once more, though the log is as long again as it was', async () => {
  const { world, backup, old } = await backedUp();
  await retain(world.ports);
  const size = world.log.reader.size();
  const { reader, state, writer } = await restore(world, backup, size + 3);
  expect(bodiesIn({ reader })).toEqual(expect.arrayContaining([...old]));
  expect(await retain({ ...world.ports, reader, state, writer })).toMatchObject({
    classes: [{ destroyed: 3 }],
  });
  for (const index of old) expect(bodiesIn({ reader })).not.toContain(index);
});
