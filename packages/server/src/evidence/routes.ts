/** One receipt: what is known of it, and what proves it. */
import { defineRoute, type Route } from '../api/index.ts';
import { ULID } from '../people/index.ts';
import { RECEIPT_DETAIL, receiptDetail } from './detail.ts';
import { RECEIPT_PROOF, receiptProof } from './proof.ts';

const RECEIPT = { receipt: ULID };

export const EVIDENCE_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/receipts/{receipt}',
    operation: 'getReceipt',
    summary:
      'One entry as it stands in the log, with what its node disclosed of it, and the entries that belong to it.',
    access: 'audit',
    params: RECEIPT,
    answers: RECEIPT_DETAIL,
    async handle({ plane, caller, params }) {
      return { body: await receiptDetail(plane, caller.organisation, params.receipt) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/receipts/{receipt}/proof',
    operation: 'getReceiptProof',
    summary:
      'The exact bytes of an entry and the receipt that proves it (c2sp.org/tlog-proof), to be verified with keys of your own; those that are known here are named, with where each came from.',
    access: 'audit',
    params: RECEIPT,
    answers: RECEIPT_PROOF,
    async handle({ plane, caller, params }) {
      return { body: await receiptProof(plane, caller.organisation, params.receipt) };
    },
  }),
];
