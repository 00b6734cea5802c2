/** Verifies the log in a folder: published files, and the database beside them where there is one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, isFault } from '../../kernel/index.ts';
import {
  ed25519PublicKey,
  ed25519Verify,
  mlDsa44Verify,
  sha256,
  sha256Latin1,
} from '../../kernel/crypto/index.ts';
import {
  CHECKPOINT_PATH,
  type Disclosed,
  type LogReport,
  type LogSource,
  MAX_PROBLEMS,
  parseCheckpoint,
  parseNote,
  type Problem,
  verifyLog,
  type VerifierKey,
  type VerifySignature,
} from '../../proof/index.ts';
import type { Entry } from '../../model/index.ts';
import { LOG_FOLDER, MAX_CHECKPOINT_BYTES } from '../publish/index.ts';
import type { BodyKey } from '../seal/index.ts';
import {
  DATABASE_FILE,
  type LogDatabase,
  logDatabase,
  logFolder,
  openDatabaseForReading,
  OWN_LOG,
  readRegularFile,
  requireOneLog,
} from '../store/index.ts';
import { createBesideCheck } from './check-beside.ts';
import { createFormCheck } from './check-entry.ts';
import { databaseSource } from './database-source.ts';
import { lentFolderSource } from './folder-source.ts';
import { prunedSource, pruningWithin } from './pruned-source.ts';

/** What the verifier brings. INVARIANT: none of it comes from the folder. */
export interface VerifyFolderOptions {
  readonly keys: readonly VerifierKey[];
  /** The tenant of a data folder whose log is verified; `default` for the folder's own log. Absent: its only one. */
  readonly tenant?: string;
  /** Keys of witnesses; default none. */
  readonly witnesses?: readonly VerifierKey[];
  readonly minimumWitnesses?: number;
  /** Whether these of the witnesses are enough, where counting them does not tell; default: `minimumWitnesses` are. */
  readonly hasQuorum?: (cosigners: readonly VerifierKey[]) => boolean;
  /** Signed checkpoints kept from earlier. */
  readonly noted?: readonly Uint8Array[];
  readonly minimumSize?: number;
  /**
   * Keys of a data folder, where the verifier has them: then every body is opened, and the state compared with its seal. They prove nothing by
   * themselves, so they may come from the folder; without them only what entries tell in the clear is compared.
   */
  readonly dataKeys?: {
    /** Ed25519 seed of the log's signing key; its public key must be among `keys`. */
    readonly signingSeed: Uint8Array;
    readonly bodyKeys: readonly BodyKey[];
  };
  /** A signed checkpoint verified earlier, from which to go on; for published files alone, because rows and state are read whole. Default none. */
  readonly from?: Uint8Array;
  /** Disclosed bodies by the index of their entry; default none. */
  readonly disclosed?: ReadonlyMap<number, Disclosed>;
  /** Nothing but signatures, size and root; for published files alone. Default false. */
  readonly rootOnly?: boolean;
  /** Called now and then with the number of entries read so far. */
  readonly progress?: (entries: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Verifies a data folder (`.writ`) or a published log. In a data folder the rows of `writ.db` are verified as well, against its newest
 * signed checkpoint, and must extend what is published; `size`, `root` and `uncovered` are then the database's, `witnessed` is what is published.
 * Throws `log.missing` where the folder holds no log, `config.invalid` where it holds tenants and none is named, or two logs; reading failures as they come.
 */
export async function verifyFolder(folder: string, options: VerifyFolderOptions): Promise<LogReport> {
  const database = existsSync(join(folder, DATABASE_FILE));
  const name = options.tenant === OWN_LOG ? undefined : options.tenant;
  const inner = join(logFolder(folder, name), LOG_FOLDER);
  const isInner = database || name !== undefined || existsSync(join(inner, CHECKPOINT_PATH));
  const published = isInner ? inner : folder;
  const isPublished = existsSync(join(published, CHECKPOINT_PATH)) || existsSync(join(published, 'tile'));
  if (database && options.tenant === undefined) requireOneLog(folder);
  if (!database && !isPublished) throw new Fault('log.missing', `\`${folder}\` holds no log`, { folder });
  // Who is told that a folder verified takes that for the log that readers of the folder get.
  if (isInner && existsSync(join(folder, CHECKPOINT_PATH)))
    throw new Fault('config.invalid', `\`${folder}\` is a published log, and holds another one`, {
      folder,
      hint: `to verify the other one, name \`${inner}\`; a data folder has no \`${CHECKPOINT_PATH}\` of its own`,
    });
  const { from, rootOnly: _rootOnly, ...whole } = options;
  const note = isPublished ? readNote(published) : undefined;
  const files = isPublished ? await verifyPublished(folder, name, { published, note }, options) : undefined;
  if (!database) return files ?? verifySource(lentFolderSource(published), options);
  const noted = [options.noted ?? [], from ?? [], note ?? []].flat();
  const connection = openDatabaseForReading(folder);
  try {
    // One snapshot, because other processes append meanwhile.
    connection.exec('BEGIN');
    // Witnesses cosign what is published; only where nothing is, they are missing in the rows.
    const expected = files === undefined ? {} : { hasQuorum: () => true };
    const rows = await verifyDatabase(logDatabase(connection, name), { ...whole, ...expected, noted });
    return files === undefined ? rows : joinReports(rows, files);
  } finally {
    connection.close();
  }
}

/** The published files: those of a data folder from the first entry, also where some are no longer served. */
async function verifyPublished(
  folder: string,
  name: string | undefined,
  { published, note }: { readonly published: string; readonly note: Uint8Array | undefined },
  options: VerifyFolderOptions,
): Promise<LogReport> {
  const isWhole = published !== folder && options.from === undefined;
  const pruning = isWhole ? pruningWithin(published, note) : undefined;
  if (pruning === undefined) return verifySource(lentFolderSource(published), options);
  const files = { root: published, folder: logFolder(folder, name), pruning };
  // The rows may be on a server.
  if (!existsSync(join(folder, DATABASE_FILE))) return verifySource(prunedSource(files), options);
  const connection = openDatabaseForReading(folder);
  try {
    const rows = databaseSource(logDatabase(connection, name));
    return await verifySource(prunedSource({ ...files, rows }), options);
  } finally {
    connection.close();
  }
}

/** The rows as a log, then bodies and state beside it. */
async function verifyDatabase(database: LogDatabase, options: VerifyFolderOptions): Promise<LogReport> {
  const source = databaseSource(database);
  const origin = (await claimedOrigin(source)) ?? '';
  const beside = createBesideCheck(database, origin, options);
  const report = await verifySource(source, options, (entry, index) => beside.take(entry, index));
  const uncovered: readonly Problem[] =
    report.uncovered === 0
      ? []
      : [{ code: 'entries-uncovered', message: `${report.uncovered} entries are covered by no checkpoint` }];
  // Where entries are not all there, everything beside them differs in consequence.
  const found = report.root === undefined ? [] : beside.finish();
  const problems = [...report.problems, ...uncovered, ...found].slice(0, MAX_PROBLEMS);
  return { ...report, ok: report.ok && problems.length === 0, problems };
}

async function verifySource(
  source: LogSource,
  options: VerifyFolderOptions,
  alsoCheck?: (entry: Entry, index: number) => void,
): Promise<LogReport> {
  const {
    keys,
    witnesses,
    minimumWitnesses,
    hasQuorum,
    dataKeys: _dataKeys,
    tenant: _tenant,
    ...asked
  } = options;
  const trust = {
    sha256,
    sha256Latin1,
    verifySignature,
    keys,
    ...(witnesses === undefined ? {} : { witnesses }),
    ...(minimumWitnesses === undefined ? {} : { minimumWitnesses }),
    ...(hasQuorum === undefined ? {} : { hasQuorum }),
  };
  if (options.rootOnly === true) return verifyLog({ ...asked, source, trust });
  return verifyLog({ ...asked, source, trust, entries: 'ordered', checkEntry: createFormCheck(alsoCheck) });
}

const verifySignature: VerifySignature = (publicKey, message, signature) =>
  publicKey.length === 32
    ? ed25519Verify(ed25519PublicKey(publicKey), message, signature)
    : mlDsa44Verify(publicKey, message, signature);

/** The origin that the checkpoint names; whether a trusted key says so is checked elsewhere. */
async function claimedOrigin(source: LogSource): Promise<string | undefined> {
  const bytes = await source.readCheckpoint();
  if (bytes === undefined) return undefined;
  try {
    return parseCheckpoint(parseNote(bytes).text).origin;
  } catch (fault) {
    if (isFault(fault)) return undefined;
    throw fault;
  }
}

/** A published checkpoint for comparison; one that cannot be read is already a problem of the files. */
function readNote(published: string): Uint8Array | undefined {
  try {
    const bytes = readRegularFile(join(published, CHECKPOINT_PATH), MAX_CHECKPOINT_BYTES);
    if (bytes !== undefined) parseCheckpoint(parseNote(bytes).text);
    return bytes;
  } catch (fault) {
    if (isFault(fault)) return undefined;
    throw fault;
  }
}

function joinReports(rows: LogReport, files: LogReport): LogReport {
  const problems = [...placed(rows.problems, DATABASE_FILE), ...placed(files.problems, LOG_FOLDER)];
  const pruned = files.pruned === undefined ? {} : { pruned: files.pruned };
  return { ...rows, ok: rows.ok && files.ok, ...pruned, witnessed: files.witnessed, problems };
}

function placed(problems: readonly Problem[], where: string): readonly Problem[] {
  return problems.map((problem) => ({
    ...problem,
    place: problem.place === undefined ? where : `${where}/${problem.place}`,
  }));
}
