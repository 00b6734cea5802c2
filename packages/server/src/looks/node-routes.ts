/** Looks, as nodes are told of them and answer: what a node's configuration does not name it does not send, and what it sends is opened here. */
import { ALWAYS_DISCLOSABLE, type DisclosableField, type DisclosedField, LOOK_DISCLOSABLE } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { feedOf } from '../events/index.ts';
import { alertOfDisclosure, checkFacts, SALT } from '../facts/index.ts';
import { Problem } from '../http/index.ts';
import { nodeIn, nodeStanding, requireGood } from '../nodes/index.ts';
import { ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { waitingLooks, type WaitingLook } from './look.ts';

/** Longest a question is held, in seconds: below what proxies give up after. */
const MAX_WAIT_SECONDS = 30;
/** Arguments and a result of a mebibyte each, and what stands around them. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** How often, and how far apart in milliseconds, the row of a look is looked for whose entry is there. */
const MAX_TRIES = 4;
const TRY_MS = 50;

const DISCLOSABLE: readonly DisclosableField[] = [...LOOK_DISCLOSABLE, ...ALWAYS_DISCLOSABLE];
const FIELD: z.ZodType<DisclosedField> = z.strictObject({
  field: z.enum(DISCLOSABLE),
  value: z.unknown() as z.ZodType<DisclosedField['value']>,
  salt: SALT,
});

export const LOOK_NODE_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/node/looks',
    operation: 'getNodeLooks',
    summary: 'Looks of people at entries of the node that asks, held until there is one.',
    access: 'serve',
    query: { wait: z.coerce.number().int().min(0).max(MAX_WAIT_SECONDS).default(0) },
    answers: z.object({
      items: z.array(z.object({ id: ULID, index: z.int(), fields: z.array(z.string()) })),
    }),
    async handle({ plane, caller, query, signal }) {
      const standing = nodeStanding(plane, caller);
      const asking = { organisation: caller.organisation, node: caller.id, stands: standing.isGood };
      const items = await whenLooked(plane, asking, query.wait * 1_000, signal);
      requireGood(standing);
      return { body: { items: items.map(({ fields, ...look }) => ({ ...look, fields: [...fields] })) } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/node/looks/{look}',
    operation: 'answerLook',
    summary:
      'Answers a look with fields and the salts that open their commitments, or refuses it; a value that the entry did not commit to is refused.',
    access: 'serve',
    naturallyIdempotent: true,
    params: { look: ULID },
    maxBody: MAX_ANSWER_BYTES,
    body: z.discriminatedUnion('status', [
      z.strictObject({ status: z.literal('refused') }),
      z.strictObject({
        status: z.literal('answered'),
        fields: z.array(FIELD).min(1).max(DISCLOSABLE.length),
      }),
    ]),
    async handle({ plane, objects, caller, params, body, now }) {
      const { organisation } = caller;
      const node = nodeIn(objects, caller.id);
      const look = await plane.tables
        .selectFrom('looks')
        .select(['idx', 'fields'])
        .where('id', '=', params.look)
        .where('organisation', '=', organisation)
        .where('node', '=', node.id)
        .where('origin', '=', node.origin)
        .where('status', '=', 'waiting')
        .where('expires', '>', now)
        .executeTakeFirst();
      if (look === undefined) throw new Problem('request.not-found', 'no such look waits for this node');
      const { idx: index } = look;
      const asked = JSON.parse(look.fields) as readonly string[];
      let answer: string | null = null;
      if (body.status === 'answered') {
        if (body.fields.some(({ field }) => !asked.includes(field)))
          throw new Problem('request.invalid', 'nobody asked for that field');
        const checked = await checkFacts(plane, node.origin, [{ index, fields: body.fields }]);
        if (checked.status === 'refused') {
          await alertOfDisclosure(plane, organisation, node);
          throw new Problem('request.invalid', `\`${checked.field}\` is not what the entry committed to`);
        }
        answer = JSON.stringify(checked.facts[0]?.fields ?? {});
      }
      await plane.tables
        .updateTable('looks')
        .set({ status: body.status, answer })
        .where('id', '=', params.look)
        .where('status', '=', 'waiting')
        .execute();
      return {};
    },
  }),
];

interface AskingNode {
  readonly organisation: string;
  readonly node: string;
  readonly stands: () => boolean;
}

/** Looks that wait for the node: at once, or as soon as somebody looks, or none after `waitMs`. */
async function whenLooked(
  plane: Plane,
  { organisation, node, stands }: AskingNode,
  waitMs: number,
  signal: AbortSignal,
): Promise<readonly WaitingLook[]> {
  const feed = feedOf(plane);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), waitMs);
  const either = AbortSignal.any([signal, late.signal]);
  try {
    let from = feed.position();
    let looks = await waitingLooks(plane, organisation, node);
    while (looks.length === 0 && waitMs > 0 && !either.aborted && stands()) {
      await feed.reached(from, either);
      const to = feed.position();
      let isLooked = false;
      for (; from < to; from += 1) {
        const event = feed.at(from);
        isLooked ||= event?.organisation === organisation && event.action === 'receipts.look';
      }
      // Its row follows its entry at once, but does follow: it is looked for once more where none is there yet.
      for (let tries = 0; isLooked && looks.length === 0 && tries < MAX_TRIES; tries += 1) {
        if (tries > 0) await feed.reached(from, AbortSignal.any([either, AbortSignal.timeout(TRY_MS)]));
        looks = await waitingLooks(plane, organisation, node);
      }
    }
    return looks;
  } finally {
    clearTimeout(timer);
  }
}
