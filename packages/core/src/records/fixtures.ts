/** A log in a folder with a person in it, for tests of erasure. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { createReseal, openLog, type OpenLog, type Reseal } from '../audit/index.ts';
import type { JsonValue } from '../kernel/index.ts';
import type { EntryDraft } from '../model/index.ts';
import {
  answerDraft,
  holdDraft,
  killDraft,
  openDraft,
  outcomeDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
} from '../testing/index.ts';
import type { RecordsLog } from './records-log.ts';

/** Bytes of a secret that are enough to find it by. */
const PIECE = 24;

export const ANN = 'ann.smith@example.com';
export const BOB = 'bob@example.com';

/** A folder that is gone after the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-erasure-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A log that erasure works on, and how it seals. */
export interface ErasingLog {
  readonly path: string;
  readonly open: OpenLog;
  readonly log: RecordsLog;
  readonly reseal: Reseal;
}

/** Opens the log in `path`. */
export async function erasingLog(path: string, name = 'node-1'): Promise<ErasingLog> {
  const identity = sampleLogIdentity(name);
  const open = await openLog({ ...identity, ...SAMPLE_LOG_KEYS, path });
  const { writer, state, reader } = open;
  const { tenant, clock, random, origin } = identity;
  return {
    path,
    open,
    log: { writer, state, reader, tenant, clock, random },
    reseal: createReseal(origin, { bodyKey: SAMPLE_LOG_KEYS.bodyKey, random }),
  };
}

/** A decision with a body about `concerns`. */
export function aboutDraft(
  digest: string,
  concerns: readonly string[],
  committed: Readonly<Record<string, JsonValue>>,
): EntryDraft {
  return openDraft(digest, { committed: { session: { id: `s-${digest}` }, ...committed }, concerns });
}

/** Appends; throws where it is refused. */
export async function write({ open }: ErasingLog, draft: EntryDraft): Promise<number> {
  const result = await open.writer.append(draft);
  if (result.status === 'refused') throw new Error(result.refusal);
  return result.index;
}

/** Ann in `count` decisions and their outcomes, every fourth of them Bob's as well, in an approval that was denied, and in the reason of a kill. */
export async function fill(erasing: ErasingLog, count: number): Promise<void> {
  const decisions = await Promise.all(
    Array.from({ length: count }, (_, at) =>
      write(
        erasing,
        aboutDraft(`d${at}`, at % 4 === 0 ? [ANN, BOB] : at % 7 === 0 ? [BOB] : [ANN], {
          arguments: {
            to: at % 7 === 0 && at % 4 !== 0 ? BOB : ANN,
            text: `${'lorem ipsum '.repeat(at % 200)}${at}`,
          },
          method: 'tools/call',
        }),
      ),
    ),
  );
  await Promise.all(
    decisions.map((index, at) =>
      write(erasing, {
        ...outcomeDraft(index),
        committed: { result: { sent: at } },
        concerns: at % 7 === 0 ? [BOB] : [ANN],
      }),
    ),
  );
  const held = await write(erasing, holdDraft('held', undefined, ['bot', ANN]));
  await write(
    erasing,
    answerDraft(held, 'deny', 'key-ann', { approver: ANN, statement: `{"by":"${ANN}"}`, signature: 's' }),
  );
  await write(erasing, killDraft('kill', `asked for by ${ANN}`));
}

/** Everything that is destroyed or replaced once Ann is erased: wrapped keys, ciphertexts, index tags; as the database has it now. */
export function secretsOf({ path, log }: ErasingLog): readonly Buffer[] {
  const database = new DatabaseSync(join(path, 'writ.db'), { readOnly: true });
  try {
    const tags = log.state.tags(ANN).map((tag) => Buffer.from(tag, 'hex'));
    const rows = database
      .prepare('SELECT wrapped, ciphertext FROM bodies WHERE idx IN (SELECT idx FROM concerns WHERE tag = ?)')
      .all(tags[0] as Buffer);
    const state = [
      ...database.prepare('SELECT requesters AS value FROM holds').all(),
      ...database.prepare('SELECT details AS value FROM answers').all(),
      ...database.prepare('SELECT reason AS value FROM kills').all(),
    ];
    return [
      ...tags,
      ...rows.flatMap((row) => [row['wrapped'] as Uint8Array, row['ciphertext'] as Uint8Array]),
      ...state.map((row) => row['value'] as Uint8Array),
    ].map((bytes) => Buffer.from(bytes));
  } finally {
    database.close();
  }
}

/** Which of `secrets`, or of forms of the name, stand in a file below `folder`; a piece of 24 bytes from within a secret is enough. */
export function found(folder: string, secrets: readonly Buffer[]): readonly string[] {
  const names = [ANN, ANN.toUpperCase(), encodeURIComponent(ANN)].flatMap((text) => [
    Buffer.from(text),
    Buffer.from(text, 'utf16le'),
    Buffer.from(Buffer.from(text).toString('base64')),
    Buffer.from(Buffer.from(text).toString('hex')),
  ]);
  const pieces = piecesOf(secrets);
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((file) => {
    if (!file.isFile()) return [];
    const bytes = readFileSync(join(file.parentPath, file.name));
    const hits = names
      .filter((name) => bytes.includes(name))
      .map((name) => `${file.name}: ${name.toString()}`);
    let word = 0;
    for (const [at, byte] of bytes.entries()) {
      word = ((word << 8) | byte) >>> 0;
      const start = at - 3;
      const hit = pieces.get(word)?.find(({ piece }) => piece.equals(bytes.subarray(start, start + PIECE)));
      if (hit !== undefined) hits.push(`${file.name}: secret ${hit.secret} at ${start}`);
    }
    return hits.slice(0, 20);
  });
}

/** Pieces of every secret by their first four bytes, so that a file is read once. */
function piecesOf(
  secrets: readonly Buffer[],
): ReadonlyMap<number, readonly { readonly secret: number; readonly piece: Buffer }[]> {
  const pieces = new Map<number, { readonly secret: number; readonly piece: Buffer }[]>();
  for (const [secret, bytes] of secrets.entries())
    for (let start = 0; start + PIECE <= bytes.length; start += PIECE) {
      const piece = bytes.subarray(start, start + PIECE);
      const word = piece.readUInt32BE();
      pieces.set(word, [...(pieces.get(word) ?? []), { secret, piece }]);
    }
  return pieces;
}
