/** A data folder with every kind of row, copied for each edit that somebody without the signing key could make. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, expect, onTestFinished } from 'vitest';
import { isFault } from '../../kernel/index.ts';
import type { EntryDetail, EntryDraft, RecordCollection } from '../../model/index.ts';
import { type VerifierKey } from '../../proof/index.ts';
import {
  answerDraft,
  committed,
  holdDraft,
  killDraft,
  openDraft,
  outcomeDraft,
  pinDraft,
  SAMPLE_LOG_KEYS,
  sampleDecision,
  sampleDraft,
  sampleHash,
  sampleLogIdentity,
} from '../../testing/index.ts';
import { DATABASE_FILE, openLog, type OpenLog, verifyFolder } from '../index.ts';

export const MAKE_PIPE = 'mkfifo';
const DATA_KEYS = {
  signingSeed: SAMPLE_LOG_KEYS.signingKey.seed,
  bodyKeys: [SAMPLE_LOG_KEYS.bodyKey],
};
const HOLD = { action: 'place', id: '01K0000000000000000000000C', scope: 'tenant' } as const;
export let key: VerifierKey;
export let original: string;
/** The same folder at an earlier time, whole and genuine. */
export let earlier: string;
export let noted: Uint8Array;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'writ-tampering-'));
  original = join(folder, 'now');
  earlier = join(folder, 'earlier');
  const log = await open(original);
  key = log.verifierKey;
  await fill(log);
  await log.close();
  cpSync(original, earlier, { recursive: true });
  const again = await open(original);
  for (let at = 0; at < 5; at += 1) await committed(again, openDraft(`later-${at}`));
  noted = again.checkpoint();
  await again.close();
  return () => rmSync(folder, { recursive: true, force: true });
});

export function open(path: string): Promise<OpenLog> {
  return openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path });
}

/** A full bundle and more, and at least one row in every table. */
async function fill(log: OpenLog): Promise<void> {
  await committed(log, policyDraft());
  await committed(log, pinDraft('1', 'accepted'));
  await committed(log, pinDraft('2', 'quarantined'));
  await committed(log, killDraft('kill'));
  const denied = await committed(log, holdDraft('denied'));
  await committed(log, answerDraft(denied.index, 'deny', 'k1'));
  const used = await committed(log, holdDraft('used'));
  await committed(log, answerDraft(used.index, 'approve', 'k1'));
  const decision = sampleDecision({ approvals: [{ hold: used.receipt, keyIds: ['k1'], lifts: [] }] });
  const run = await committed(
    log,
    openDraft('used', { detail: { kind: 'decision', decision }, consumes: ['approval:1'] }),
  );
  await committed(log, outcomeDraft(run.index, 'unknown'));
  await committed(log, holdDraft('waiting'));
  await committed(
    log,
    openDraft('labelled', {
      effects: [
        { type: 'open', digest: 'labelled' },
        { type: 'join_labels', session: 's', labels: ['secret'] },
      ],
    }),
  );
  for (let at = 0; at < 150; at += 1) {
    const { index } = await committed(
      log,
      openDraft(`d${at}`, { committed: { note: `n${at}` }, concerns: ['Ada'] }),
    );
    if (at < 140) await committed(log, outcomeDraft(index));
  }
  await committed(log, recordDraft({ kind: 'legal_hold', legalHold: HOLD }, 'legal_holds'));
  const consent = { action: 'give', purpose: 'support', registerHash: sampleHash('6') } as const;
  await committed(log, recordDraft({ kind: 'consent', consent }, 'consents'));
  await log.publish();
}

function recordDraft(detail: EntryDetail, collection: RecordCollection): EntryDraft {
  const value = { scope: 'tenant', reason: 'matter 7' };
  return sampleDraft(detail, {
    effects: [{ type: 'put_record', collection, key: `of-${collection}`, value }],
  });
}

function policyDraft() {
  return sampleDraft(
    {
      kind: 'policy',
      policy: {
        policyHash: sampleHash('1'),
        schemaHash: sampleHash('3'),
        mode: 'strict',
        policyEpoch: 0,
      },
    },
    { effects: [{ type: 'activate_policy', scope: 'main', policyHash: sampleHash('1') }] },
  );
}

export function copy(from: string = original): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-tampering-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(from, join(folder, 'data'), { recursive: true });
  return join(folder, 'data');
}

export function sql(path: string, text: string): void {
  const database = new DatabaseSync(join(path, DATABASE_FILE));
  // What no statement of SQL may do to a schema, somebody with the file may.
  database.enableDefensive(false);
  database.exec(text);
  database.close();
}

export async function startFault(path: string): Promise<string> {
  try {
    const log = await open(path);
    await log.close();
    return 'starts';
  } catch (fault) {
    return isFault(fault) ? `${fault.code} ${String(fault.data['table'] ?? '')}`.trim() : String(fault);
  }
}

/** Each distinct `code place` of the report, or the fault in which it ended. */
export async function verified(path: string, withKeys: boolean): Promise<readonly string[]> {
  try {
    const report = await verifyFolder(path, { keys: [key], ...(withKeys ? { dataKeys: DATA_KEYS } : {}) });
    expect(report.ok).toBe(report.problems.length === 0);
    return [...new Set(report.problems.map(({ code, place }) => `${code} ${place ?? ''}`))];
  } catch (fault) {
    return isFault(fault) ? [`${fault.code} `] : [String(fault)];
  }
}
