/** Verifies a receipt: that one entry stands in a log, offline. */
import { describeFault, isFault } from '../../kernel/index.ts';
import { byteTreeHasher, verifyInclusion } from '../merkle/index.ts';
import { parseReceipt, type Receipt } from '../note/index.ts';
import { fromLatin1, openCheckpoint, ProblemList } from './engine/index.ts';
import type { Problem } from './problem.ts';
import type { Trust } from './trust.ts';

/** What a receipt was found to prove. */
export interface ReceiptReport {
  /** Whether the entry stands at `index` under a root that a trusted key signed, and nothing else was wrong. */
  readonly ok: boolean;
  /** As the receipt says; absent where it cannot be read. Proven only where `ok`. */
  readonly origin?: string;
  readonly index?: number;
  readonly size?: number;
  /** Names of the trusted witnesses that cosigned its checkpoint. */
  readonly witnesses: readonly string[];
  readonly problems: readonly Problem[];
}

const PLACE = 'receipt';

/** Verifies that `receipt` proves `entry`, the exact bytes that were logged. Its `extra` is covered by no signature and not looked at. */
export async function verifyReceipt(
  receipt: Uint8Array,
  entry: Uint8Array,
  trust: Trust,
): Promise<ReceiptReport> {
  const problems = new ProblemList();
  const parsed = readReceipt(receipt, problems);
  const opened =
    parsed === undefined ? undefined : await openCheckpoint(parsed.checkpoint, trust, problems, PLACE);
  if (parsed === undefined || opened === undefined) {
    return { ok: false, witnesses: [], problems: problems.all };
  }
  const { minimumWitnesses: minimum = 0, hasQuorum } = trust;
  const cosigned = `cosigned by ${opened.witnesses.length} trusted witnesses`;
  if (hasQuorum === undefined ? opened.witnesses.length < minimum : !hasQuorum(opened.witnesses)) {
    const expected = hasQuorum === undefined ? String(minimum) : 'a quorum';
    problems.add('witnesses-missing', `${cosigned}, expected ${expected}`, PLACE);
  }
  const { origin, size, root } = opened.checkpoint;
  const { index, proof } = parsed;
  const hasher = byteTreeHasher(trust.sha256);
  const included = verifyInclusion(
    hasher,
    { index, size, leaf: hasher.leaf(entry), proof },
    fromLatin1(root),
  );
  if (!included) {
    problems.add(
      'inclusion-invalid',
      `the entry is not proven to stand at ${index} of ${size}`,
      PLACE,
      index,
    );
  }
  const ok = included && opened.signed && problems.all.length === 0;
  return {
    ok,
    origin,
    index,
    size,
    witnesses: opened.witnesses.map((witness) => witness.name),
    problems: problems.all,
  };
}

function readReceipt(bytes: Uint8Array, problems: ProblemList): Receipt | undefined {
  try {
    return parseReceipt(bytes);
  } catch (fault) {
    if (!isFault(fault, 'proof.malformed') && !isFault(fault, 'note.malformed')) throw fault;
    problems.add('receipt-malformed', describeFault(fault), PLACE);
    return undefined;
  }
}
