/** Everything in `writ.db` that stands beside the log: bodies, their index, state. */
import { describeFault, equalBytes, isFault } from '../../kernel/index.ts';
import { ed25519KeyFromSeed } from '../../kernel/crypto/index.ts';
import type { Entry } from '../../model/index.ts';
import type { Problem, VerifierKey } from '../../proof/index.ts';
import { type BodyKey, StateSealer } from '../seal/index.ts';
import { type LogDatabase, StateCheck } from '../store/index.ts';
import { createBodyCheck } from './check-bodies.ts';
import { StateReplay, tablesOf } from './state-replay.ts';

/** What the verifier has; see `VerifyFolderOptions`. */
export interface BesideKeys {
  readonly keys: readonly VerifierKey[];
  readonly dataKeys?: { readonly signingSeed: Uint8Array; readonly bodyKeys: readonly BodyKey[] };
}

/** Takes every entry in turn and says at the end what differs. */
export interface BesideCheck {
  take(entry: Entry, index: number): void;
  finish(): readonly Problem[];
}

/** A check of `database`, which must be within one transaction, as the log of `origin`. */
export function createBesideCheck(database: LogDatabase, origin: string, options: BesideKeys): BesideCheck {
  const { keys, dataKeys } = options;
  const problems: Problem[] = [];
  const replay = new StateReplay(tablesOf(database), origin);
  let tenant = '';
  const bodies = createBodyCheck(database, dataKeys?.bodyKeys ?? [], () => tenant);
  return {
    take(entry, index) {
      // Entry 0 is the log's own, and people are indexed under the log's tenant.
      if (index === 0) ({ tenant } = entry);
      replay.take(entry, index);
      const problem = bodies.check(entry, index);
      if (problem !== undefined) problems.push(problem);
    },
    finish: () => [
      ...problems,
      ...bodies.finish(),
      ...replay.finish(),
      ...(dataKeys === undefined ? [] : sealProblems(database, origin, dataKeys.signingSeed, keys)),
    ],
  };
}

function sealProblems(
  database: LogDatabase,
  origin: string,
  seed: Uint8Array,
  keys: readonly VerifierKey[],
): readonly Problem[] {
  const { publicKey } = ed25519KeyFromSeed(seed);
  if (!keys.some((key) => key.name === origin && equalBytes(key.publicKey, publicKey))) {
    const message = 'no trusted key: the signing key of the data folder is another one';
    return [{ code: 'no-trusted-key', message, place: 'head' }];
  }
  const check = new StateCheck(database, new StateSealer(origin, seed));
  try {
    return [...check.problems(check.totals())].map((fault) => edited(fault.message, fault.data['table']));
  } catch (fault) {
    if (!isFault(fault, 'log.corrupt')) throw fault;
    return [edited(describeFault(fault), fault.data['table'])];
  }
}

function edited(message: string, table: unknown): Problem {
  return { code: 'state-edited', message, place: String(table) };
}
