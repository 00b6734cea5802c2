/** Roll-outs: how far which bundle has gone, and the steps that people take. Every step names what it was made to. */
import type { JsonObject } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { BUNDLES, ENVIRONMENT } from './collections.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import { ULID } from '../people/index.ts';
import { authorsOf, POLICY_VERSIONS } from '../policies/index.ts';
import type { Stored } from '../state/index.ts';
import { type Rollout, ROLLOUTS, STAGES } from './rollout.ts';
import { nextRollout, type Step } from './steps.ts';

const SHOWN = z.object({
  id: ULID,
  environment: ENVIRONMENT,
  team: ULID.optional(),
  latest: z.object({ bundle: ULID, version: z.int(), hash: z.string() }),
  stable: ULID.optional(),
  candidate: z
    .object({
      bundle: ULID,
      stage: z.enum(STAGES),
      share: z.int(),
      fallback: ULID.optional(),
      since: z.int(),
      startedBy: ULID,
    })
    .optional(),
  stopped: z.object({ bundle: ULID, reason: z.string(), by: z.string(), at: z.int() }).optional(),
});
const SHARE = z.int().min(1).max(99);
const STEP = z.discriminatedUnion('step', [
  z.strictObject({
    step: z.literal('start'),
    bundle: ULID,
    stage: z.enum(['shadow', 'canary', 'full']),
    share: SHARE.optional(),
    fallback: ULID.optional(),
  }),
  z.strictObject({
    step: z.literal('advance'),
    stage: z.enum(['canary', 'full']),
    share: SHARE.optional(),
    fallback: ULID.optional(),
  }),
  z.strictObject({ step: z.literal('stop'), reason: z.string().min(1).max(2_000) }),
]);

export const ROLLOUT_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/rollouts',
    operation: 'listRollouts',
    summary: 'Roll-outs, one for each environment and team.',
    access: 'read',
    query: PAGE_QUERY,
    answers: z.object({ items: z.array(SHOWN), next: z.string().optional() }),
    handle: ({ objects, query }) => ({ body: pageOf(objects(ROLLOUTS).list(), query) }),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/rollouts/{rollout}',
    operation: 'getRollout',
    summary: 'One roll-out.',
    access: 'read',
    params: { rollout: ULID },
    answers: SHOWN,
    handle({ objects, params }) {
      const rollout = objects(ROLLOUTS).get(params.rollout);
      if (rollout === undefined) throw new Problem('request.not-found', 'there is no such roll-out');
      return { index: rollout.index, body: rollout };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/rollouts/{rollout}/steps',
    operation: 'stepRollout',
    summary: 'Starts, advances or stops a candidate whose policies you did not write.',
    access: 'administer',
    params: { rollout: ULID },
    conditional: true,
    body: STEP,
    answers: SHOWN,
    async handle({ caller, objects, commit, requireAccess, params, body, expects, now }) {
      const rollouts = objects(ROLLOUTS);
      const rollout = rollouts.get(params.rollout);
      if (rollout === undefined) throw new Problem('request.not-found', 'there is no such roll-out');
      const bundles = objects(BUNDLES);
      const about = bundles.get(body.step === 'start' ? body.bundle : (rollout.candidate?.bundle ?? ''));
      const versions = objects(POLICY_VERSIONS);
      const version = about === undefined ? undefined : versions.get(about.policyVersion);
      // To stop is to go back to what was in force; whoever wrote the candidate may do that too.
      if (body.step !== 'stop')
        requireAccess('decide', {
          id: params.rollout,
          authors: version === undefined ? [] : authorsOf(versions, version),
        });
      const context = { bundle: (id: string) => bundles.get(id), by: caller.id, now };
      const next = nextRollout(valueOf(rollout), body as Step, context);
      const index = await commit({
        action: `rollouts.${body.step}`,
        object: params.rollout,
        effects: [rollouts.put(params.rollout, next, expects)],
        details: JSON.parse(JSON.stringify(body)) as JsonObject,
      });
      return { index, body: { ...next, id: params.rollout } };
    },
  }),
];

/** The roll-out without what its place says of it. */
export function valueOf({ id: _id, index: _index, ...value }: Stored<Rollout>): Rollout {
  return value;
}
