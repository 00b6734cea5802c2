/** What nodes do with approvals: tell of their holds, take them back, and fetch the answers. */
import { ANSWER_REFUSALS } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { Problem } from '../http/index.ts';
import { NODES } from '../nodes/index.ts';
import { ULID } from '../people/index.ts';
import type { Stored } from '../state/index.ts';
import {
  type Approval,
  approvalId,
  APPROVALS,
  type GivenAnswer,
  HOLD_FIELDS,
  placeOf,
  statusAt,
} from './approval.ts';
import { statusAfter } from './judge-answer.ts';
import { whenChanged } from './when-changed.ts';

/** Holds of one node that wait at once. */
export const MAX_WAITING = 500;
/** Largest hold in bytes: a node shows no larger arguments. */
const MAX_HOLD_BYTES = 128 * 1024;
/** How far a node's clock may be ahead, and how long a hold may live, in milliseconds. */
const SKEW_MS = 300_000;
const MAX_LIFE_MS = 31 * 86_400_000;
/** Longest that an answer may be waited for, in seconds. */
const MAX_WAIT_S = 25;
/** Most holds of one answer. */
const MAX_ITEMS = 100;
const KEY_ID = z.string().regex(/^[0-9a-f]{16}$/);

export const NODE_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/node/holds',
    operation: 'tellHold',
    summary: 'Tells of an action that a node holds for people.',
    access: 'serve',
    naturallyIdempotent: true,
    maxBody: MAX_HOLD_BYTES,
    body: z.strictObject(HOLD_FIELDS),
    answers: z.object({ id: ULID, status: z.string() }),
    async handle({ caller, objects, body, commit, now }) {
      const node = objects(NODES).get(caller.id);
      if (node?.origin !== placeOf(body.hold).origin)
        throw new Problem('request.forbidden', 'a node tells of holds in its own log, and of no other');
      if (body.created > now + SKEW_MS || body.expires > body.created + MAX_LIFE_MS)
        throw new Problem('request.invalid', 'it is of a time to come, or lives too long');
      const approvals = objects(APPROVALS);
      const id = approvalId(caller.id, body);
      const known = approvals.get(id);
      if (known !== undefined) return { index: known.index, body: { id, status: statusAt(known, now) } };
      const waiting = approvals
        .list()
        .filter((one) => one.node === caller.id && statusAt(one, now) === 'waiting').length;
      if (waiting >= MAX_WAITING)
        throw new Problem('request.too-many', `${MAX_WAITING} holds of this node wait already`);
      const approval: Approval = { ...body, node: caller.id, status: 'waiting', answers: [] };
      const index = await commit({
        action: 'approvals.wait',
        object: id,
        effects: [approvals.put(id, approval, null)],
        concerns: body.requesters,
        details: { hold: body.hold, agent: body.agent },
      });
      return { status: 201, index, body: { id, status: 'waiting' } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/node/holds/{approval}/end',
    operation: 'endHold',
    summary: 'Tells that a hold is over: its caller is gone, it was used, or it was answered at the node.',
    access: 'serve',
    naturallyIdempotent: true,
    params: { approval: ULID },
    body: z.strictObject({ status: z.enum(['withdrawn', 'used', 'denied']) }),
    answers: z.object({ id: ULID, status: z.string() }),
    async handle({ caller, objects, params, body, commit, now }) {
      const approvals = objects(APPROVALS);
      const approval = approvals.get(params.approval);
      if (approval === undefined || approval.node !== caller.id)
        throw new Problem('request.not-found', 'this node told of no such hold');
      const { id, index: expects, ...fields } = approval;
      const isOver = !['waiting', 'approved'].includes(approval.status);
      if (isOver) return { index: expects, body: { id, status: statusAt(approval, now) } };
      const index = await commit({
        action: `approvals.${body.status === 'withdrawn' ? 'withdraw' : 'end'}`,
        object: id,
        effects: [approvals.put(id, { ...fields, status: body.status, ended: now }, expects)],
        details: { hold: approval.hold, status: body.status },
      });
      return { index, body: { id, status: body.status } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/node/holds/{approval}/refusals',
    operation: 'refuseAnswer',
    summary:
      'Tells that the node does not take an answer, and why: it counts for nothing, and whoever gave it sees it.',
    access: 'serve',
    naturallyIdempotent: true,
    params: { approval: ULID },
    body: z.strictObject({ keyId: KEY_ID, why: z.enum(ANSWER_REFUSALS) }),
    answers: z.object({ id: ULID, status: z.string() }),
    async handle({ plane, caller, objects, params, body, commit, now }) {
      const approvals = objects(APPROVALS);
      const approval = approvals.get(params.approval);
      if (approval === undefined || approval.node !== caller.id)
        throw new Problem('request.not-found', 'this node told of no such hold');
      const { id, index: expects, ended, ...fields } = approval;
      const { keyId, why } = body;
      if (!approval.answers.some((given) => given.keyId === keyId && given.refused === undefined))
        return { index: expects, body: { id, status: statusAt(approval, now) } };
      const answers = approval.answers.map((given) =>
        given.keyId === keyId && given.refused === undefined ? { ...given, refused: why } : given,
      );
      // It waits still where it was answered by nothing else; what is over for another cause stays over.
      const isAnswered = approval.status === 'approved' || approval.status === 'denied';
      const status = isAnswered
        ? statusAfter(plane, caller.organisation, approval, answers, now)
        : approval.status;
      const isOpen = status === 'waiting' || ended === undefined;
      const next: Approval = { ...fields, answers, status, ...(isOpen ? {} : { ended }) };
      const index = await commit({
        action: 'approvals.refuse',
        object: id,
        effects: [approvals.put(id, next, expects)],
        details: { hold: approval.hold, keyId, why, status },
      });
      return { index, body: { id, status: statusAt(next, now) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/node/answers',
    operation: 'getAnswers',
    summary: 'Answers to holds of the node that were given after an index, waited for where there are none.',
    access: 'serve',
    query: {
      after: z.coerce.number().int().min(-1).max(Number.MAX_SAFE_INTEGER).default(-1),
      wait: z.coerce.number().int().min(0).max(MAX_WAIT_S).default(0),
    },
    answers: z.object({
      items: z.array(
        z.object({
          id: ULID,
          hold: z.string(),
          answers: z.array(
            z.object({
              answer: z.enum(['approve', 'deny']),
              keyId: z.string(),
              statement: z.string(),
              signature: z.string(),
            }),
          ),
        }),
      ),
      next: z.int(),
    }),
    async handle({ plane, caller, objects, query, signal }) {
      const look = (): readonly Stored<Approval>[] =>
        objects(APPROVALS)
          .list()
          .filter((one) => one.node === caller.id && one.index > query.after)
          .filter(({ answers }) => answers.some(isGood))
          .toSorted((one, other) => one.index - other.index)
          .slice(0, MAX_ITEMS);
      const found = await whenChanged(plane, look, { waitMs: query.wait * 1_000, signal });
      return {
        body: {
          items: found.map(({ id, hold, answers }) => ({
            id,
            hold,
            answers: answers.filter(isGood).map(({ answer, keyId, statement, signature }) => ({
              answer,
              keyId,
              statement,
              signature,
            })),
          })),
          next: found.at(-1)?.index ?? query.after,
        },
      };
    },
  }),
];

/** One that the node did not refuse. */
function isGood({ refused }: GivenAnswer): boolean {
  return refused === undefined;
}
