/** What a look at the state costs, and what it may miss. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '../../testing/index.ts';
import { openLog, type OpenLog } from '../index.ts';

const HEAD = 'SELECT kill_epoch, time_floor, size FROM head';

async function logIn(): Promise<{ readonly log: OpenLog; readonly path: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-looks-'));
  const path = join(folder, '.writ');
  const log = await openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path });
  onTestFinished(async () => {
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { log, path };
}

/** The texts that this thread gives to SQLite; `read` is told of each after it was answered. */
function statements(read: (sql: string) => void = () => {}): readonly string[] {
  const asked: string[] = [];
  const get = StatementSync.prototype.get;
  const spies = [
    vi.spyOn(StatementSync.prototype, 'get').mockImplementation(function (this: StatementSync, ...values) {
      asked.push(this.sourceSQL);
      const row = get.apply(this, values);
      read(this.sourceSQL);
      return row;
    }),
    vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation((sql) => void asked.push(sql)),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return asked;
}

test('a look after a commit reads version and head, the next the version alone, and the rest once it is asked', async () => {
  const { log } = await logIn();
  const look = (): OpenLog['state'] => log.state.look?.() ?? log.state;
  look();
  await log.writer.append(openDraft('a'));
  const asked = statements();
  look();
  expect(asked).toEqual(['PRAGMA data_version', HEAD]);
  const seen = look();
  expect(asked.slice(2)).toEqual(['PRAGMA data_version']);
  for (const digest of ['a', 'b']) expect(seen.holdFor(digest) ?? seen.isUnresolved(digest)).toBe(false);
  expect(asked.slice(3)).toEqual(['SELECT 1 FROM holds LIMIT 1', 'SELECT 1 FROM unresolved LIMIT 1']);
});

test('what another process commits while a look reads is seen by the next look', async () => {
  const { log, path } = await logIn();
  const look = (): number | undefined => log.state.look?.().epochs('s').killEpoch;
  look();
  await log.writer.append(openDraft('a'));
  const other = new DatabaseSync(join(path, 'writ.db'));
  const commit = other.prepare('UPDATE head SET kill_epoch = 7');
  let isCommitted = false;
  statements((sql) => {
    if (sql !== HEAD || isCommitted) return;
    isCommitted = true;
    commit.run();
  });
  expect([look(), look()]).toEqual([0, 7]);
  vi.restoreAllMocks();
  other.exec('UPDATE head SET kill_epoch = 0');
  other.close();
});
