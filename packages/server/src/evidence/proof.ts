/** What a verifier needs to see by itself that an entry stands in its node's log. Nothing of it is a word of this server. */
import { createHash } from 'node:crypto';
import { type DisclosedField, isFault, type JsonObject, toBase64 } from '@writ/core';
import { createReceipt, formatVerifierKey, tilePath, TILE_WIDTH } from '@writ/core/proof';
import { z } from 'zod';
import { Problem } from '../http/index.ts';
import { heldEntry, tableTarget } from '../mirror/index.ts';
import { NODES } from '../nodes/index.ts';
import type { Plane } from '../plane.ts';
import { receiptIn } from './found.ts';

const MAX_CHECKPOINT_BYTES = 128 * 1024;
const HASH_BYTES = 32;

/** A key that may be believed, and whose word it is that it is this log's: whoever verifies decides. */
export interface ProofKey {
  /** `name+keyid+base64`. */
  readonly key: string;
  /** `log`: signs checkpoints of the log. `mirror`: this control plane's, which cosigns what it holds. */
  readonly of: 'log' | 'mirror';
  /** `enrolment`: shown and proven when the node was enrolled, or added by it later. `server`: made by this control plane. */
  readonly known: 'enrolment' | 'server';
}

/** A proof. */
export interface ReceiptProof {
  /** The exact bytes of the entry, in standard base64. */
  readonly entry: string;
  /** A receipt (c2sp.org/tlog-proof), text: index, path to the root, and the checkpoint with its signatures. */
  readonly proof: string;
  readonly origin: string;
  readonly index: number;
  readonly keys: readonly ProofKey[];
  /** What its node disclosed of it; each opens a commitment in the entry. */
  readonly disclosed: readonly DisclosedField[];
}
export const RECEIPT_PROOF: z.ZodType<ReceiptProof> = z.object({
  entry: z.string(),
  proof: z.string(),
  origin: z.string(),
  index: z.int(),
  keys: z.array(
    z.object({ key: z.string(), of: z.enum(['log', 'mirror']), known: z.enum(['enrolment', 'server']) }),
  ),
  disclosed: z.array(
    z.object({
      field: z.string(),
      value: z.unknown() as z.ZodType<DisclosedField['value']>,
      salt: z.string(),
    }),
  ),
});

/** The proof of the receipt `id`. Throws `request.not-found`, and `request.conflict` where no checkpoint that was cosigned covers it yet. */
export async function receiptProof(plane: Plane, organisation: string, id: string): Promise<ReceiptProof> {
  const { origin, idx: index, node, fields, salts } = await receiptIn(plane, organisation, id);
  const { tables } = plane;
  const entry = await heldEntry(tables, origin, index);
  if (entry === undefined) throw new Problem('request.not-found', 'its entry is not held here');
  const target = tableTarget(tables, origin);
  const checkpoint = await target.read('checkpoint', MAX_CHECKPOINT_BYTES);
  if (checkpoint === undefined) throw uncovered();
  try {
    const proof = await createReceipt(
      {
        checkpoint,
        readTile: (tile) => target.read(tilePath(tile), TILE_WIDTH * HASH_BYTES),
        sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
      },
      index,
    );
    const logKeys = plane.objects(organisation, NODES).get(node)?.logKeys ?? [];
    const mirrorKeys = (plane.mirror?.signers ?? []).map(({ key }) => formatVerifierKey(key));
    return {
      entry: toBase64(entry),
      proof: Buffer.from(proof).toString('utf8'),
      origin,
      index,
      keys: [
        ...logKeys.map((key): ProofKey => ({ key, of: 'log', known: 'enrolment' })),
        ...mirrorKeys.map((key): ProofKey => ({ key, of: 'mirror', known: 'server' })),
      ],
      disclosed: disclosedOf(fields, salts),
    };
  } catch (fault) {
    // Its copy is whole up to the checkpoint: what lies beyond it is proven with the next.
    if (isFault(fault, 'proof.malformed')) throw uncovered();
    throw fault;
  }
}

function disclosedOf(fields: string | null, salts: string | null): readonly DisclosedField[] {
  if (fields === null || salts === null) return [];
  const opens = JSON.parse(salts) as Readonly<Record<string, string>>;
  return Object.entries(JSON.parse(fields) as JsonObject).map(([field, value]) => ({
    field,
    value,
    salt: opens[field] ?? '',
  }));
}

function uncovered(): Problem {
  return new Problem('request.conflict', 'no checkpoint covers it yet; ask again in a moment');
}
