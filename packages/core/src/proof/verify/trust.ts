/** What the verifier brings, and what a signed checkpoint is worth under it. */
import { describeFault, isFault, toHex } from '../../kernel/index.ts';
import type { Sha256 } from '../merkle/index.ts';
import {
  type Checkpoint,
  checkSignatures,
  parseCheckpoint,
  parseNote,
  type SignedNote,
  type VerifiedSignature,
  type VerifierKey,
  type VerifySignature,
} from '../note/index.ts';
import type { ProblemList } from './problem.ts';

/** Keys and functions of the verifier. INVARIANT: none of it comes from the log. */
export interface Trust {
  readonly sha256: Sha256;
  readonly verifySignature: VerifySignature;
  /** Keys of the log (`ed25519`), several during rotation. The name of the one that signed is the origin that must stand in the checkpoint. */
  readonly keys: readonly VerifierKey[];
  /** Keys of witnesses (`cosignature/v1`); default none. */
  readonly witnesses?: readonly VerifierKey[];
  /** Witnesses that must have cosigned; default 0. */
  readonly minimumWitnesses?: number;
}

/** A checkpoint that could be read. `signed` only where a trusted key of this origin signed it. */
export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly signed: boolean;
  /** Names of the trusted witnesses that cosigned it, each public key once and never the log's own. */
  readonly witnesses: readonly string[];
}

/**
 * Reads and verifies one checkpoint, adding what is wrong with it to `problems` under `place`.
 * `undefined` where it cannot be read at all.
 */
export async function openCheckpoint(
  bytes: Uint8Array,
  trust: Trust,
  problems: ProblemList,
  place: string,
): Promise<OpenedCheckpoint | undefined> {
  const read = readCheckpoint(bytes, problems, place);
  if (read === undefined) return undefined;
  const { note, checkpoint } = read;
  const logKeys = trust.keys.filter((key) => key.algorithm === 'ed25519');
  const witnessKeys = (trust.witnesses ?? []).filter((key) => key.algorithm === 'cosignature/v1');
  const { verified, refused } = await checkSignatures(
    note,
    [...logKeys, ...witnessKeys],
    trust.verifySignature,
  );
  for (const { name } of refused) {
    problems.add('signature-invalid', `the signature by \`${name}\` does not verify`, { place });
  }
  const byLog = verified.filter(({ key }) => key.algorithm === 'ed25519');
  const ofOrigin = byLog.filter(({ key }) => key.name === checkpoint.origin);
  if (byLog.length === 0) {
    const reason = logKeys.length === 0 ? 'none was given' : 'none of the keys given signed the checkpoint';
    problems.add('no-trusted-key', `no trusted key: ${reason}`, { place });
  } else if (ofOrigin.length === 0) {
    const names = byLog.map(({ key }) => `\`${key.name}\``).join(', ');
    problems.add(
      'origin-mismatch',
      `the checkpoint is of \`${checkpoint.origin}\`, signed by the key of ${names}`,
      { place },
    );
  }
  const signed = ofOrigin.length > 0 && refused.length === 0;
  return { checkpoint, signed, witnesses: signed ? witnessNames(verified, logKeys) : [] };
}

/** Adds `witnesses-missing` where fewer than the demanded witnesses cosigned. */
export function requireWitnesses(
  opened: OpenedCheckpoint,
  trust: Trust,
  problems: ProblemList,
  place: string,
): void {
  const minimum = trust.minimumWitnesses ?? 0;
  if (opened.witnesses.length >= minimum) return;
  problems.add(
    'witnesses-missing',
    `cosigned by ${opened.witnesses.length} trusted witnesses, expected ${minimum}`,
    {
      place,
    },
  );
}

function readCheckpoint(
  bytes: Uint8Array,
  problems: ProblemList,
  place: string,
): { readonly note: SignedNote; readonly checkpoint: Checkpoint } | undefined {
  try {
    const note = parseNote(bytes);
    return { note, checkpoint: parseCheckpoint(note.text) };
  } catch (fault) {
    if (!isFault(fault, 'note.malformed') && !isFault(fault, 'checkpoint.malformed')) throw fault;
    problems.add('checkpoint-malformed', describeFault(fault), { place });
    return undefined;
  }
}

/** INVARIANT: one public key counts once, whatever names it goes by, and no log vouches for itself. */
function witnessNames(
  verified: readonly VerifiedSignature[],
  logKeys: readonly VerifierKey[],
): readonly string[] {
  const counted = new Set(logKeys.map((key) => toHex(key.publicKey)));
  const names: string[] = [];
  for (const { key } of verified) {
    const identity = toHex(key.publicKey);
    if (key.algorithm !== 'cosignature/v1' || counted.has(identity)) continue;
    counted.add(identity);
    names.push(key.name);
  }
  return names;
}
