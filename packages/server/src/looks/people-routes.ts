/** Looks, as people ask for them: each is recorded before its node hears of it. */
import { ALWAYS_DISCLOSABLE, type DisclosableField, type JsonObject, LOOK_DISCLOSABLE } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { receiptIn } from '../evidence/index.ts';
import { Problem } from '../http/index.ts';
import { NODES } from '../nodes/index.ts';
import { ULID } from '../people/index.ts';
import { keepLook, LOOK_MS, type LookShown, MOST_WAITING, waitingLooks } from './look.ts';

const LOOKED: readonly DisclosableField[] = [...LOOK_DISCLOSABLE, ...ALWAYS_DISCLOSABLE];
const SHOWN: z.ZodType<LookShown> = z.object({
  id: ULID,
  status: z.enum(['waiting', 'answered', 'refused', 'expired']),
  fields: (z.record(z.string(), z.unknown()) as unknown as z.ZodType<JsonObject>).optional(),
  expires: z.int(),
});

export const LOOK_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/receipts/{receipt}/looks',
    operation: 'lookAtReceipt',
    summary:
      'Asks the node of an entry for fields that it discloses on request alone, as arguments and results; recorded, with who asks and of what.',
    access: 'look',
    params: { receipt: ULID },
    body: z.strictObject({ fields: z.array(z.enum(LOOKED)).min(1).max(LOOKED.length) }),
    answers: SHOWN,
    async handle({ plane, caller, objects, params, body, commit, now }) {
      const { organisation, id: askedBy } = caller;
      const { origin, idx: index, node } = await receiptIn(plane, organisation, params.receipt);
      const { status } = objects(NODES).get(node) ?? { status: 'removed' };
      if (status !== 'active')
        throw new Problem('request.conflict', `its node is ${status}, and is asked nothing`);
      if ((await waitingLooks(plane, organisation, node)).length >= MOST_WAITING)
        throw new Problem('request.too-many', `${MOST_WAITING} looks at entries of this node wait already`);
      const id = plane.newId();
      const fields = [...new Set(body.fields)];
      const expires = now + LOOK_MS;
      // INVARIANT: nobody looks without an entry that says so.
      await commit({
        action: 'receipts.look',
        object: id,
        effects: [],
        details: { receipt: `${origin}#${index}`, fields },
      });
      await keepLook(plane, id, { organisation, node, origin, index, fields, askedBy }, expires);
      const look: LookShown = { id, status: 'waiting', expires };
      return { status: 201, body: look };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/receipts/{receipt}/looks/{look}',
    operation: 'getLook',
    summary: 'What came of a look, to whoever asked for it; for minutes.',
    access: 'look',
    params: { receipt: ULID, look: ULID },
    answers: SHOWN,
    async handle({ plane, caller, params, now }) {
      const { origin, idx } = await receiptIn(plane, caller.organisation, params.receipt);
      const row = await plane.tables
        .selectFrom('looks')
        .select(['id', 'status', 'answer', 'expires'])
        .where('id', '=', params.look)
        .where('organisation', '=', caller.organisation)
        .where('asked_by', '=', caller.id)
        .where('origin', '=', origin)
        .where('idx', '=', idx)
        .executeTakeFirst();
      if (row === undefined)
        throw new Problem('request.not-found', 'you asked for no such look, or it is over');
      const { id, status, answer, expires } = row;
      const isAnswered = status === 'answered' && answer !== null && expires > now;
      const look: LookShown = {
        id,
        status:
          expires <= now ? 'expired' : isAnswered ? 'answered' : status === 'refused' ? 'refused' : 'waiting',
        ...(isAnswered ? { fields: JSON.parse(answer) as JsonObject } : {}),
        expires,
      };
      return { body: look };
    },
  }),
];
