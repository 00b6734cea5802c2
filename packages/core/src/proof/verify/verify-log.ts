/** Verifies a whole log from its entries up. */
import { equalBytes, toBase64 } from '../../kernel/index.ts';
import { CHECKPOINT_PATH } from '../tiles/index.ts';
import { compareNoted, type NotedCheckpoint, openNoted } from './noted.ts';
import { type Problem, ProblemList } from './problem.ts';
import { type CheckEntry, replayEntries, type Replayed } from './replay.ts';
import type { LogSource } from './source.ts';
import { type OpenedCheckpoint, openCheckpoint, requireWitnesses, type Trust } from './trust.ts';

/** What to verify, and against what. */
export interface VerifyLogOptions {
  readonly source: LogSource;
  readonly trust: Trust;
  /** Signed checkpoints of this log that the verifier kept from earlier; default none. */
  readonly noted?: readonly Uint8Array[];
  /** Entries the log must have at least; default 0. Without it and `noted`, a log cut back to an older checkpoint verifies. */
  readonly minimumSize?: number;
  /** A further check of every entry; default none. */
  readonly checkEntry?: CheckEntry;
  /** Ends verification early with the fault `guard.aborted`. */
  readonly signal?: AbortSignal;
}

/** How far independent witnesses vouch for a log. */
export interface Witnessed {
  /** The first entries of the log that enough witnesses cosigned: those under the present checkpoint, or under one noted earlier. */
  readonly entries: number;
  /** Names of the trusted witnesses that cosigned the present checkpoint. */
  readonly witnesses: readonly string[];
  /** Trusted witnesses that the verifier brought. */
  readonly of: number;
}

/** What was found. */
export interface LogReport {
  /** Whether a trusted key signed the root that the bytes of all entries lead to, and nothing else was wrong. */
  readonly ok: boolean;
  /** As the checkpoint says; absent where it cannot be read. Proven only where `ok`. */
  readonly origin?: string;
  readonly size?: number;
  /** The root recomputed from the entries, 32 bytes; absent where it could not be. */
  readonly root?: Uint8Array;
  /** Entries the source holds beyond the checkpoint: covered by no signature, and not looked at. */
  readonly uncovered: number;
  readonly witnessed: Witnessed;
  /** In the order found; at most 100, and the entries after the hundredth are not read. */
  readonly problems: readonly Problem[];
}

/**
 * Verifies the log in `source`: signature by a key of the caller's, root recomputed from the bytes of every entry, every tile, and
 * every checkpoint noted earlier. Memory does not grow with the log. What is wrong with the log is a problem in the report;
 * a fault is thrown only where reading or verifying itself fails.
 *
 * Proves that nothing was altered or removed after it was logged; not that everything was logged, and not, unless
 * witnesses vouch for it, that others were shown the same log.
 */
export async function verifyLog(options: VerifyLogOptions): Promise<LogReport> {
  const { source, trust } = options;
  const problems = new ProblemList();
  const latest = await openLatest(source, trust, problems);
  if (latest === undefined) return reportUnreadable(trust, problems);
  const { origin, size } = latest.checkpoint;
  const noted = await openNoted(options.noted ?? [], trust, origin, problems);
  compareNoted(noted, latest, problems);
  requireSize(size, options.minimumSize ?? 0, problems);
  requireWitnesses(latest, trust, problems, CHECKPOINT_PATH);
  const replayed = await replay(options, latest, noted, problems);
  const proven = requireRoot(latest, replayed, problems);
  return {
    ok: proven && problems.isEmpty,
    origin,
    size,
    ...(replayed.root === undefined ? {} : { root: replayed.root }),
    uncovered: await countUncovered(source, size, replayed),
    witnessed: {
      entries: proven ? witnessedEntries(latest, noted, trust, problems) : 0,
      witnesses: latest.witnesses,
      of: trust.witnesses?.length ?? 0,
    },
    problems: problems.all,
  };
}

async function openLatest(
  source: LogSource,
  trust: Trust,
  problems: ProblemList,
): Promise<OpenedCheckpoint | undefined> {
  const bytes = await source.readCheckpoint();
  if (bytes !== undefined) return openCheckpoint(bytes, trust, problems, CHECKPOINT_PATH);
  problems.add('checkpoint-missing', 'the log has no checkpoint', { place: CHECKPOINT_PATH });
  return undefined;
}

async function replay(
  options: VerifyLogOptions,
  latest: OpenedCheckpoint,
  noted: readonly NotedCheckpoint[],
  problems: ProblemList,
): Promise<Replayed> {
  const { source, trust, checkEntry, signal } = options;
  const { size } = latest.checkpoint;
  return replayEntries(
    {
      source,
      sha256: trust.sha256,
      size,
      noted: noted.filter(({ checkpoint }) => checkpoint.size < size),
      ...(checkEntry === undefined ? {} : { checkEntry }),
      ...(signal === undefined ? {} : { signal }),
    },
    problems,
  );
}

/** Whether a trusted key signed exactly the recomputed root. INVARIANT: false unless every entry was read and hashed. */
function requireRoot(latest: OpenedCheckpoint, replayed: Replayed, problems: ProblemList): boolean {
  if (replayed.root === undefined) return false;
  const { size, root } = latest.checkpoint;
  if (equalBytes(replayed.root, root)) return latest.signed;
  const found = `the ${size} entries hash to \`${toBase64(replayed.root)}\``;
  problems.add('root-mismatch', `${found}, the checkpoint has \`${toBase64(root)}\``, {
    place: CHECKPOINT_PATH,
  });
  return false;
}

function requireSize(size: number, minimum: number, problems: ProblemList): void {
  if (size >= minimum) return;
  problems.add('tail-cut', `the log has ${size} entries, at least ${minimum} were expected`, { index: size });
}

/** The largest cosigned size among the present checkpoint and those noted ones that the log was found to extend. */
function witnessedEntries(
  latest: OpenedCheckpoint,
  noted: readonly NotedCheckpoint[],
  trust: Trust,
  problems: ProblemList,
): number {
  const quorum = Math.max(1, trust.minimumWitnesses ?? 0);
  const extended = noted.filter(({ place }) => !problems.hasAt(place));
  const sizes = [latest, ...extended]
    .filter(({ witnesses }) => witnesses.length >= quorum)
    .map(({ checkpoint }) => checkpoint.size);
  return Math.max(0, ...sizes);
}

async function countUncovered(source: LogSource, size: number, replayed: Replayed): Promise<number> {
  const held = source.countEntries === undefined ? size : await source.countEntries();
  return Math.max(replayed.spare, held - size);
}

function reportUnreadable(trust: Trust, problems: ProblemList): LogReport {
  const witnessed = { entries: 0, witnesses: [], of: trust.witnesses?.length ?? 0 };
  return { ok: false, uncovered: 0, witnessed, problems: problems.all };
}
