/** Everything that is known here of one entry: it, what its node disclosed of it, and what belongs to it. */
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import { z } from 'zod';
import { BUNDLES } from '../bundles/index.ts';
import { Problem } from '../http/index.ts';
import { heldEntry } from '../mirror/index.ts';
import { NODES } from '../nodes/index.ts';
import { ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { readEntry, RECEIPT_SHOWN, type ReceiptShown, shownReceipt } from '../receipts/index.ts';
import { receiptIn, relatedTo } from './found.ts';

/** Name of the commitment to the whole input of a decision. */
const INPUT = 'input';

/** One entry. */
export interface ReceiptDetail extends ReceiptShown {
  /** As it stands in the log; everything in it is in the clear there. */
  readonly entry: JsonObject;
  /** What its node disclosed, by field, each opened against the entry; absent for nothing. */
  readonly facts?: { readonly at: number; readonly fields: JsonObject } | undefined;
  /** Fields that the entry commits to, disclosed or not. */
  readonly committed: readonly string[];
  readonly related: readonly ReceiptShown[];
  readonly from: {
    readonly name: string;
    readonly environment: string;
    readonly team?: string | undefined;
    readonly status: string;
    readonly origin: string;
  };
  /** The bundle that its policies came in; absent where they came otherwise. */
  readonly bundle?:
    | { readonly id: string; readonly version: number; readonly policyVersion: string }
    | undefined;
  /** ULID of the approval that it waits for, or waited. */
  readonly approval?: string | undefined;
}

const ANY = z.record(z.string(), z.unknown()) as unknown as z.ZodType<JsonObject>;
export const RECEIPT_DETAIL: z.ZodType<ReceiptDetail> = z.intersection(
  RECEIPT_SHOWN,
  z.object({
    entry: ANY,
    facts: z.object({ at: z.int(), fields: ANY }).optional(),
    committed: z.array(z.string()),
    related: z.array(RECEIPT_SHOWN),
    from: z.object({
      name: z.string(),
      environment: z.string(),
      team: ULID.optional(),
      status: z.string(),
      origin: z.string(),
    }),
    bundle: z.object({ id: ULID, version: z.int(), policyVersion: ULID }).optional(),
    approval: ULID.optional(),
  }),
);

/** The receipt `id`. Throws `request.not-found`. */
export async function receiptDetail(plane: Plane, organisation: string, id: string): Promise<ReceiptDetail> {
  const found = await receiptIn(plane, organisation, id);
  const { origin, idx, decision_of: about } = found;
  const bytes = await heldEntry(plane.tables, origin, idx);
  if (bytes === undefined) throw new Problem('request.not-found', 'its entry is not held here');
  const entry = readEntry(bytes);
  const related = await relatedTo(plane, organisation, found);
  const receipts = [idx, ...(about === null ? [] : [about])].map((index) => `${origin}#${index}`);
  const bundle = bundleOf(plane, organisation, found.policy_hash);
  const approval = approvalOf(plane, organisation, receipts);
  return {
    ...shownReceipt(found),
    entry,
    ...(found.fields === null || found.at === null
      ? {}
      : { facts: { at: found.at, fields: JSON.parse(found.fields) as JsonObject } }),
    committed: committedFields(entry),
    related: related.map(shownReceipt),
    from: nodeOf(plane, organisation, found.node, origin),
    ...(bundle === undefined ? {} : { bundle }),
    ...(approval === undefined ? {} : { approval }),
  };
}

/** Names of the fields that `entry` commits to. */
function committedFields(entry: JsonObject): readonly string[] {
  const { commitments, inputCommitment } = entry;
  const named = Array.isArray(commitments)
    ? (commitments as readonly JsonValue[]).map((one) => (isJsonObject(one) ? one['field'] : undefined))
    : [];
  return [
    ...named.filter((field) => typeof field === 'string'),
    ...(typeof inputCommitment === 'string' ? [INPUT] : []),
  ];
}

function nodeOf(
  plane: Pick<Plane, 'objects'>,
  organisation: string,
  id: string,
  origin: string,
): ReceiptDetail['from'] {
  const node = plane.objects(organisation, NODES).get(id);
  if (node === undefined) return { name: id, environment: '', status: 'removed', origin };
  const { name, environment, team, status } = node;
  return { name, environment, status, origin, ...(team === undefined ? {} : { team }) };
}

function bundleOf(
  plane: Pick<Plane, 'objects'>,
  organisation: string,
  policyHash: string | null,
): ReceiptDetail['bundle'] {
  if (policyHash === null) return undefined;
  const bundle = plane
    .objects(organisation, BUNDLES)
    .list()
    .findLast((one) => one.policyHash === policyHash);
  if (bundle === undefined) return undefined;
  const { id, version, policyVersion } = bundle;
  return { id, version, policyVersion };
}

function approvalOf({ log }: Plane, organisation: string, receipts: readonly string[]): string | undefined {
  const prefix = `${organisation}/`;
  return log.state
    .records('approvals')
    .find(
      ({ key, value }) =>
        key.startsWith(prefix) &&
        isJsonObject(value) &&
        receipts.some((receipt) => receipt === value['hold']),
    )
    ?.key.slice(prefix.length);
}
