/** A log over a folder whose days pass as a test says, and retention over it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { openLog, type OpenLog, verifyFolder } from '../../audit/index.ts';
import type { EntryDraft, LegalHold, LogWriter } from '../../model/index.ts';
import type { JsonValue } from '../../kernel/index.ts';
import {
  committed,
  openDraft,
  SAMPLE_LOG_KEYS,
  sampleDraft,
  sampleLogIdentity,
  type SettableClock,
  settableClock,
} from '../../testing/index.ts';
import type { RetentionPorts } from './ports.ts';
import type { ProgressStore, RetentionProgress } from './progress/index.ts';

export const DAY_MS = 86_400_000;
export const SETTINGS: RetentionPorts['settings'] = {
  floorMs: DAY_MS,
  defaultKeep: 400 * DAY_MS,
  classes: {},
};
const HOLD_ID = '01K0000000000000000000000C';

/** A log on its day 1,000 since 1970, and what retention needs of it. */
export interface RetentionWorld {
  readonly path: string;
  readonly log: OpenLog;
  readonly clock: SettableClock;
  readonly ports: RetentionPorts;
  /** The progress that was written last. */
  readonly progress: () => RetentionProgress | undefined;
  /** Goes to a day since 1970. */
  readonly goTo: (day: number) => void;
  /** Appends an entry with a body about `person`, and answers its index. */
  readonly add: (person: string, changes?: Partial<EntryDraft>) => Promise<number>;
  readonly hold: (key: string, hold: JsonValue & LegalHold) => Promise<void>;
  readonly release: (key: string) => Promise<void>;
  /** Entries of a kind, with their indexes. */
  readonly told: (kind: 'erasure' | 'retention') => readonly JsonValue[];
  /** Indexes of bodies that are there. */
  readonly there: () => readonly number[];
  /** Fails unless the whole folder verifies, with keys and without. */
  readonly verify: () => Promise<void>;
}

export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-retention-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, '.writ');
}

/** Progress in memory. */
export function memoryProgress(): ProgressStore & { last(): RetentionProgress | undefined } {
  let text: string | undefined;
  const read = (): RetentionProgress | undefined =>
    text === undefined ? undefined : (JSON.parse(text) as RetentionProgress);
  return { read, last: read, write: (progress) => void (text = JSON.stringify(progress)) };
}

export async function retentionWorld(changes: Partial<RetentionPorts> = {}): Promise<RetentionWorld> {
  const path = dataFolder();
  const clock = settableClock(1_000 * DAY_MS);
  const identity = { ...sampleLogIdentity(), clock };
  const log = await openLog({ ...identity, path, ...SAMPLE_LOG_KEYS });
  onTestFinished(() => log.close().catch(() => {}));
  const progress = memoryProgress();
  const ports: RetentionPorts = {
    reader: log.reader,
    state: log.state,
    writer: log.writer,
    tenant: 'default',
    clock,
    random: identity.random,
    settings: SETTINGS,
    progress,
    pause: () => Promise.resolve(),
    ...changes,
  };
  const append = async (draft: EntryDraft): Promise<number> =>
    (await committed(log, { ...draft, time: clock.now() })).index;
  const holdDraft = (action: 'place' | 'release', effects: EntryDraft['effects'] = []): EntryDraft =>
    sampleDraft(
      { kind: 'legal_hold', legalHold: { action, id: HOLD_ID, scope: 'tenant' } },
      { effects, retentionClass: 'log' },
    );
  return {
    path,
    log,
    clock,
    ports,
    progress: () => progress.last(),
    goTo: (day) => clock.set(day * DAY_MS),
    add: (person, more = {}) =>
      append(openDraft(`d-${person}-${log.reader.size()}`, { ...bodyOf(person), ...more })),
    hold: async (key, value) => {
      await append(holdDraft('place', [{ type: 'put_record', collection: 'legal_holds', key, value }]));
    },
    release: async (key) => {
      await append(holdDraft('release', [{ type: 'delete_record', collection: 'legal_holds', key }]));
    },
    told: (kind) => toldIn(log, kind),
    there: () => bodiesIn(log),
    verify: () => requireVerified(path, log),
  };
}

/** What a decision commits to of a person in the session of the same name. */
export function bodyOf(
  person: string,
): Pick<EntryDraft, 'committed' | 'concerns' | 'retentionClass' | 'input'> {
  return {
    committed: { person, session: { id: `s-${person}` } },
    input: { asked: person },
    concerns: [person],
    retentionClass: 'decision',
  };
}

export function bodiesIn({ reader }: Pick<OpenLog, 'reader'>): readonly number[] {
  return Array.from({ length: reader.size() }, (_, index) => index).filter((index) => {
    try {
      reader.body(index);
      return true;
    } catch {
      return false;
    }
  });
}

function toldIn({ reader }: OpenLog, kind: 'erasure' | 'retention'): readonly JsonValue[] {
  return Array.from({ length: reader.size() }, (_, index) => reader.entry(index).entry).flatMap((entry) => {
    if (entry.kind !== kind) return [];
    return [(entry.kind === 'erasure' ? entry.erasure : entry.retention) as unknown as JsonValue];
  });
}

async function requireVerified(path: string, log: OpenLog): Promise<void> {
  const keys = [log.verifierKey];
  const { signingKey, bodyKey } = SAMPLE_LOG_KEYS;
  const dataKeys = { signingSeed: signingKey.seed, bodyKeys: [bodyKey] };
  await log.publish();
  expect((await verifyFolder(path, { keys })).problems).toEqual([]);
  expect((await verifyFolder(path, { keys, dataKeys })).problems).toEqual([]);
}

/** `writer` that ends with a fault instead of, or after, its append number `at`, and every append after it. */
export function endingWriter(
  writer: Pick<LogWriter, 'append'>,
  at: number,
  when: 'before' | 'after',
): Pick<LogWriter, 'append'> {
  let appends = 0;
  return {
    async append(draft) {
      appends += 1;
      if (appends > at || (appends === at && when === 'before')) throw new Error('the process ended');
      const result = await writer.append(draft);
      if (appends === at) throw new Error('the process ended');
      return result;
    },
  };
}
