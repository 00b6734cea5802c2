/** Verifies the rows of a log in PostgreSQL: entries up to their signed root, then what stands beside them. */
import { describeFault, equalBytes, type FaultCode, isFault } from '../../../kernel/index.ts';
import { ed25519KeyFromSeed, ed25519PublicKey, ed25519Verify, sha256 } from '../../../kernel/crypto/index.ts';
import {
  byteTreeHasher,
  type LogReport,
  MAX_PROBLEMS,
  parseCheckpoint,
  parseFrontier,
  parseNote,
  type Problem,
  verifyLog,
  type VerifierKey,
} from '../../../proof/index.ts';
import type { ObjectStore } from '../../publish/index.ts';
import { type BodyKey, StateSealer } from '../../seal/index.ts';
import { createFormCheck, StateReplay } from '../../verify/index.ts';
import type { SqlConnection, SqlDatabase } from '../sql-database.ts';
import {
  DEFAULT_SCHEMA,
  parseHead,
  readState,
  requireLog,
  requireSchemaName,
  sealedTotals,
  type Statements,
  statementsOf,
  type StoredHead,
} from '../stored/index.ts';
import { checkBodies } from './check-bodies.ts';
import { replayedRows } from './replayed-rows.ts';
import { rowsSource } from './rows-source.ts';

/** Faults of a head or a state that somebody edited. */
const EDITED: ReadonlySet<FaultCode> = new Set(['log.corrupt', 'log.conflict', 'proof.malformed']);

/** What the verifier brings. INVARIANT: none of it comes from the server. */
export interface VerifyPostgresOptions {
  readonly database: SqlDatabase;
  /** Default `writ`. */
  readonly schema?: string;
  readonly keys: readonly VerifierKey[];
  /** Signed checkpoints kept from earlier. */
  readonly noted?: readonly Uint8Array[];
  readonly minimumSize?: number;
  /** The bucket that bodies were moved to; default none. */
  readonly bodies?: Pick<ObjectStore, 'get'>;
  /** Keys of the log's own processes, where the verifier has them: then bodies are opened, and the state is compared with its seal. */
  readonly dataKeys?: {
    /** Ed25519 seed of the log's signing key; its public key must be among `keys`. */
    readonly signingSeed: Uint8Array;
    readonly bodyKeys: readonly BodyKey[];
  };
  /** Called now and then with the number of entries read so far. */
  readonly progress?: (entries: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Verifies the log in one snapshot, beside any number of writers. The state is read into memory and compared with what entries tell of it in the clear, as `verifyFolder`
 * does; with `dataKeys` also with its seal, which covers all of it. Throws `log.missing` where the schema holds no log; failures of the server as they come.
 */
export async function verifyPostgresLog(options: VerifyPostgresOptions): Promise<LogReport> {
  const schema = requireSchemaName(options.schema ?? DEFAULT_SCHEMA);
  const connection = await options.database.connect();
  try {
    await connection.script('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await requireLog(connection, schema);
    return await verifyRows(connection, statementsOf(schema), options);
  } finally {
    await connection.close();
  }
}

async function verifyRows(
  connection: SqlConnection,
  statements: Statements,
  options: VerifyPostgresOptions,
): Promise<LogReport> {
  const { keys, noted, minimumSize, signal, dataKeys, progress, bodies } = options;
  const source = rowsSource(connection, statements);
  const origin = claimedOrigin(await source.readCheckpoint());
  const beside = await replayedRows(connection, statements);
  const replay = new StateReplay(beside.state, origin ?? '');
  const report = await verifyLog({
    source,
    trust: {
      sha256,
      verifySignature: (publicKey, message, signature) =>
        ed25519Verify(ed25519PublicKey(publicKey), message, signature),
      keys,
    },
    entries: 'ordered',
    checkEntry: createFormCheck((entry, index) => replay.take(entry, index)),
    ...(noted === undefined ? {} : { noted }),
    ...(minimumSize === undefined ? {} : { minimumSize }),
    ...(signal === undefined ? {} : { signal }),
    ...(progress === undefined ? {} : { progress }),
  });
  const problems: Problem[] = [...report.problems];
  if (report.uncovered > 0)
    problems.push({
      code: 'entries-uncovered',
      message: `${report.uncovered} entries are covered by no checkpoint`,
    });
  // Where entries are not all there, everything beside them differs in consequence.
  const { root, size } = report;
  if (root !== undefined && size !== undefined) {
    problems.push(
      ...(await checkHead(connection, statements, { options, origin: origin ?? '', root, size })),
      ...beside.faults.map((fault) => edited(fault.message, fault.data['table'])),
      ...replay.finish(),
    );
    const bodyKeys = dataKeys?.bodyKeys ?? [];
    if (report.problems.length === 0)
      problems.push(
        ...(await checkBodies(connection, {
          statements,
          size,
          keys: bodyKeys,
          ...(bodies === undefined ? {} : { store: bodies }),
        })),
      );
  }
  const found = problems.slice(0, MAX_PROBLEMS);
  return { ...report, ok: report.ok && found.length === 0, problems: found };
}

interface HeadCheck {
  readonly options: VerifyPostgresOptions;
  readonly origin: string;
  readonly root: Uint8Array;
  readonly size: number;
}

async function checkHead(
  connection: SqlConnection,
  statements: Statements,
  { options, origin, root, size }: HeadCheck,
): Promise<readonly Problem[]> {
  try {
    const head = parseHead((await connection.query(statements.readHead)).rows[0], origin);
    if (head.size !== size || !equalBytes(head.root, root))
      return [edited(`the head counts ${head.size} entries, the newest checkpoint covers ${size}`, 'head')];
    const frontier = parseFrontier(byteTreeHasher(sha256), size, head.frontier);
    if (!equalBytes(frontier.root(), root)) return [edited('the frontier does not lead to the root', 'head')];
    return options.dataKeys === undefined
      ? []
      : await checkState(connection, statements, {
          ...options,
          origin,
          head,
          seed: options.dataKeys.signingSeed,
        });
  } catch (fault) {
    if (!isFault(fault) || !EDITED.has(fault.code)) throw fault;
    return [edited(describeFault(fault), fault.data['table'] ?? 'head')];
  }
}

async function checkState(
  connection: SqlConnection,
  statements: Statements,
  {
    keys,
    origin,
    head,
    seed,
  }: VerifyPostgresOptions & {
    readonly origin: string;
    readonly head: StoredHead;
    readonly seed: Uint8Array;
  },
): Promise<readonly Problem[]> {
  const { publicKey } = ed25519KeyFromSeed(seed);
  if (!keys.some((key) => key.name === origin && equalBytes(key.publicKey, publicKey))) {
    const message = 'no trusted key: the signing key given is another one';
    return [{ code: 'no-trusted-key', message, place: 'head' }];
  }
  const sealer = new StateSealer(origin, seed);
  const totals = sealedTotals(head, sealer);
  const faults = await readState(connection, { statement: statements.state, sealer, totals });
  return faults.map((fault) => edited(fault.message, fault.data['table']));
}

/** The origin that the checkpoint names; whether a trusted key says so is checked elsewhere. */
function claimedOrigin(note: Uint8Array | undefined): string | undefined {
  if (note === undefined) return undefined;
  try {
    return parseCheckpoint(parseNote(note).text).origin;
  } catch (fault) {
    if (isFault(fault)) return undefined;
    throw fault;
  }
}

function edited(message: string, table: unknown): Problem {
  return { code: 'state-edited', message, place: String(table) };
}
