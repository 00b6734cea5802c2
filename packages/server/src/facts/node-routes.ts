/** Where nodes disclose what they chose to: fields of their own entries, each with the salt that opens its commitment. */
import { ALWAYS_DISCLOSABLE, type DisclosedField, type JsonObject } from '@writ/core';
import { z } from 'zod';
import { raiseAlert } from '../alerts/index.ts';
import { defineRoute, type Route } from '../api/index.ts';
import { Problem } from '../http/index.ts';
import { alertOf } from '../node-alerts/index.ts';
import { type NodeRecord, nodeIn } from '../nodes/index.ts';
import { SERVER } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import type { Stored } from '../state/index.ts';
import { checkFacts, type SentFacts } from './checked.ts';
import { factsPlace, takeFacts } from './take-facts.ts';

/** Most entries of one batch, the most that one may reach over, and its largest size in bytes. */
const MAX_ENTRIES = 256;
const MAX_REACH = 65_536;
const MAX_BATCH_BYTES = 1024 * 1024;

const INDEX = z.int().min(0);
/** What came as JSON is a value of it, whatever stands there. */
const ANY = z.unknown() as z.ZodType<DisclosedField['value']>;
export const SALT: z.ZodType<string> = z.string().max(64);
const FIELD: z.ZodType<DisclosedField> = z.strictObject({
  field: z.enum(ALWAYS_DISCLOSABLE),
  value: ANY,
  salt: SALT,
});
const ENTRY: z.ZodType<SentFacts> = z.strictObject({
  index: INDEX,
  fields: z.array(FIELD).max(ALWAYS_DISCLOSABLE.length),
  definition: (z.record(z.string(), z.unknown()) as unknown as z.ZodType<JsonObject>).optional(),
});
const PLACE = z.object({ next: z.int(), held: z.int() });

export const FACT_NODE_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/node/facts',
    operation: 'getFactsPlace',
    summary: 'Where the node that asks goes on disclosing, and how many entries of its log are held.',
    access: 'serve',
    answers: PLACE,
    async handle({ plane, objects, caller }) {
      return { body: await factsPlace(plane, nodeIn(objects, caller.id).origin) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/node/facts',
    operation: 'discloseFacts',
    summary:
      'Takes fields of entries with the salts that open their commitments, in the order of the log; a value that its entry did not commit to is refused with all the others.',
    access: 'serve',
    naturallyIdempotent: true,
    maxBody: MAX_BATCH_BYTES,
    body: z.strictObject({ from: INDEX, upTo: INDEX, entries: z.array(ENTRY).max(MAX_ENTRIES) }),
    answers: PLACE,
    async handle({ plane, objects, caller, body }) {
      const node = nodeIn(objects, caller.id);
      const { organisation } = caller;
      const { origin } = node;
      const { from, upTo, entries } = body;
      const place = await factsPlace(plane, origin);
      // What was taken already is not looked at again.
      if (from !== place.next) return { body: place };
      requireOrder(from, upTo, entries);
      if (upTo > place.held)
        throw new Problem('request.conflict', `only ${place.held} entries of its log are held here`);
      const checked = await checkFacts(plane, origin, entries);
      if (checked.status === 'refused') {
        await alert(plane, organisation, node);
        throw new Problem(
          'request.invalid',
          `\`${checked.field}\` of entry ${checked.index} is not what the entry committed to`,
        );
      }
      await takeFacts(plane, { organisation, node: node.id, origin }, { from, upTo, facts: checked.facts });
      return { body: await factsPlace(plane, origin) };
    },
  }),
];

function requireOrder(from: number, upTo: number, entries: readonly SentFacts[]): void {
  let before = from - 1;
  const isOrdered = entries.every(({ index }) => {
    const isNext = index > before;
    before = index;
    return isNext;
  });
  const areOnce = entries.every(
    ({ fields }) => new Set(fields.map(({ field }) => field)).size === fields.length,
  );
  if (isOrdered && areOnce && before < upTo && upTo > from && upTo - from <= MAX_REACH) return;
  throw new Problem(
    'request.invalid',
    `entries rise from \`from\` up to \`upTo\`, which is at most ${MAX_REACH} beyond, and name each field once`,
  );
}

/** Somebody should know: what a node says does not fit what it recorded. */
export async function alert(plane: Plane, organisation: string, node: Stored<NodeRecord>): Promise<void> {
  await raiseAlert(plane, organisation, alertOf('node.disclosure', node), (change) =>
    plane.changes.commit({ ...change, organisation, actor: SERVER }),
  );
}
