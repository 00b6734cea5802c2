/** Verifies the log in a folder: published files, and the database beside them where there is one. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, fromUtf8, isFault } from '../../kernel/index.ts';
import { ed25519PublicKey, ed25519Verify, sha256 } from '../../kernel/crypto/index.ts';
import {
  CHECKPOINT_PATH,
  type LogReport,
  type LogSource,
  parseCheckpoint,
  parseNote,
  type Problem,
  verifyLog,
  type VerifierKey,
} from '../../proof/index.ts';
import { LOG_FOLDER } from '../publish/index.ts';
import { DATABASE_FILE, openDatabaseForReading } from '../store/index.ts';
import { createEntryCheck } from './check-entry.ts';
import { databaseSource } from './database-source.ts';
import { folderSource } from './folder-source.ts';

/** What the verifier brings. INVARIANT: none of it comes from the folder. */
export interface VerifyFolderOptions {
  readonly keys: readonly VerifierKey[];
  /** Keys of witnesses; default none. */
  readonly witnesses?: readonly VerifierKey[];
  readonly minimumWitnesses?: number;
  /** Signed checkpoints kept from earlier. */
  readonly noted?: readonly Uint8Array[];
  readonly minimumSize?: number;
  readonly signal?: AbortSignal;
}

/**
 * Verifies a data folder (`.writ`) or a published log. In a data folder the rows of `writ.db` are verified as well, against its newest
 * signed checkpoint, and must extend what is published; `size`, `root` and `uncovered` are then the database's.
 * Throws `log.missing` where the folder holds no log; reading failures as they come.
 */
export async function verifyFolder(folder: string, options: VerifyFolderOptions): Promise<LogReport> {
  const database = existsSync(join(folder, DATABASE_FILE));
  const inner = join(folder, LOG_FOLDER);
  const published = database || existsSync(join(inner, CHECKPOINT_PATH)) ? inner : folder;
  const isPublished = existsSync(join(published, CHECKPOINT_PATH)) || existsSync(join(published, 'tile'));
  if (!database && !isPublished) throw new Fault('log.missing', `\`${folder}\` holds no log`, { folder });
  const files = isPublished ? await verifySource(folderSource(published), options) : undefined;
  if (!database) return files ?? verifySource(folderSource(published), options);
  const connection = openDatabaseForReading(folder);
  try {
    // One snapshot, because other processes append meanwhile.
    connection.exec('BEGIN');
    const note = isPublished ? readNote(join(published, CHECKPOINT_PATH)) : undefined;
    const noted = note === undefined ? (options.noted ?? []) : [...(options.noted ?? []), note];
    const rows = await verifySource(databaseSource(connection), { ...options, noted });
    return files === undefined ? rows : joinReports(rows, files);
  } finally {
    connection.close();
  }
}

async function verifySource(source: LogSource, options: VerifyFolderOptions): Promise<LogReport> {
  const { keys, noted, minimumSize, signal, witnesses, minimumWitnesses } = options;
  return verifyLog({
    source,
    trust: {
      sha256,
      verifySignature: (publicKey, message, signature) =>
        ed25519Verify(ed25519PublicKey(publicKey), message, signature),
      keys,
      ...(witnesses === undefined ? {} : { witnesses }),
      ...(minimumWitnesses === undefined ? {} : { minimumWitnesses }),
    },
    checkEntry: createEntryCheck(await claimedOrigin(source)),
    ...(noted === undefined ? {} : { noted }),
    ...(minimumSize === undefined ? {} : { minimumSize }),
    ...(signal === undefined ? {} : { signal }),
  });
}

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
function readNote(file: string): Uint8Array | undefined {
  try {
    const bytes = readFileSync(file);
    parseCheckpoint(parseNote(bytes).text);
    fromUtf8(bytes);
    return bytes;
  } catch {
    return undefined;
  }
}

function joinReports(rows: LogReport, files: LogReport): LogReport {
  const problems = [...placed(rows.problems, DATABASE_FILE), ...placed(files.problems, LOG_FOLDER)];
  return { ...rows, ok: rows.ok && files.ok, problems };
}

function placed(problems: readonly Problem[], where: string): readonly Problem[] {
  return problems.map((problem) => ({
    ...problem,
    place: problem.place === undefined ? where : `${where}/${problem.place}`,
  }));
}
