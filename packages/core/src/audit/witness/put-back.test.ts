/** A log that was put back to an earlier state is found by what its witnesses saw. */
import { cpSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { committed } from '../../testing/index.ts';
import { parseCheckpoint, parseNote } from '../../proof/index.ts';
import { openDatabaseForReading } from '../store/index.ts';
import { signers, type World, world, folder, open, draft, publish, checkpointOf } from './fixtures.ts';

describe('a log that was put back', () => {
  async function putBack(): Promise<{ of: World; path: string; seen: number }> {
    const of = await world();
    const path = folder();
    const log = await open(path, of);
    await committed(log, draft());
    await log.close();
    const backup = folder();
    cpSync(path, backup, { recursive: true });
    const next = await open(path, of);
    await Promise.all(Array.from({ length: 20 }, () => committed(next, draft())));
    await next.close();
    return { of, path: backup, seen: parseCheckpoint(parseNote(checkpointOf(path)).text).size };
  }

  const sizeOf = (path: string): number => {
    const database = openDatabaseForReading(path);
    const size = Number(database.prepare('SELECT size FROM head').get()?.['size']);
    database.close();
    return size;
  };

  test('to an old backup is not opened: a witness has seen further; nothing is signed', async () => {
    const { of, path } = await putBack();
    const before = sizeOf(path);
    await expect(open(path, of)).rejects.toMatchObject({ code: 'log.corrupt' });
    await expect(open(path, of)).rejects.toThrow('put back to an earlier state');
    expect(sizeOf(path)).toBe(before);
  });

  test('to nothing, under its old key, is not opened either', async () => {
    const { of } = await putBack();
    await expect(open(folder(), of)).rejects.toThrow('put back to an earlier state');
  });

  test('while no witness could be reached stops at the first that can: no entry more', async () => {
    const { of, path } = await putBack();
    for (const { key } of signers) of.down.add(key.name);
    const log = await open(path, of, 'quorum a', { clock: of.clock });
    await committed(log, draft());
    of.down.clear();
    of.clock.advance(60_000);
    await publish(log);
    await expect(committed(log, draft())).rejects.toMatchObject({ code: 'log.corrupt' });
    const size = sizeOf(path);
    await log.close();
    expect(sizeOf(path)).toBe(size);
  });

  test('and went on to the very size that the witnesses saw is a fork', async () => {
    const { of, path, seen } = await putBack();
    for (const { key } of signers) of.down.add(key.name);
    const log = await open(path, of, 'quorum a', { clock: of.clock });
    while (log.reader.size() < seen) await committed(log, draft());
    expect(log.reader.size()).toBe(seen);
    of.down.clear();
    of.clock.advance(60_000);
    await publish(log);
    await expect(committed(log, draft())).rejects.toThrow('its history was rewritten');
  });

  test('and went on past what the witnesses saw is a fork', async () => {
    const { of, path } = await putBack();
    for (const { key } of signers) of.down.add(key.name);
    const log = await open(path, of, 'quorum a', { clock: of.clock });
    await Promise.all(Array.from({ length: 60 }, () => committed(log, draft())));
    of.down.clear();
    of.clock.advance(60_000);
    await publish(log);
    await expect(committed(log, draft())).rejects.toThrow('its history was rewritten');
    await log.close();
    await expect(open(path, of)).rejects.toThrow('its history was rewritten');
  });
});
