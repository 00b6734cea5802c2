/** Signed bundles: the keys they are believed under, what came, and what nodes are given. */
import { MAX_ENVELOPE_BYTES, OFFLINE_MODES, parseTrustAnchors, isFault } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { getBlob, hashOf, putBlob } from '../blobs/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import { NAME, ULID } from '../people/index.ts';

import { BUNDLE_ANCHORS, type BundleRecord, BUNDLES, ENVIRONMENT, rolloutId } from './collections.ts';
import { type Rollout, ROLLOUTS } from './rollout.ts';
import { MAX_WAIT_SECONDS, serveBundle } from './serve-bundle.ts';
import { requireNext, takeBundle } from './take-bundle.ts';

const ANCHOR = z.object({ id: ULID, name: z.string(), key: z.string(), created: z.int() });
const SHOWN = z.object({
  id: ULID,
  environment: ENVIRONMENT,
  team: ULID.optional(),
  version: z.int(),
  hash: z.string(),
  policyVersion: ULID,
  policyHash: z.string(),
  created: z.int(),
  maxAge: z.int(),
  offline: z.enum(OFFLINE_MODES),
  signers: z.array(z.string()),
  uploadedBy: ULID,
  uploaded: z.int(),
});
const ENVELOPE = z.strictObject({
  payloadType: z.string().max(200),
  payload: z.string(),
  signatures: z.array(z.strictObject({ keyid: z.string().max(64), sig: z.string().max(200) })).max(8),
});

export const BUNDLE_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/bundle-anchors',
    operation: 'listBundleAnchors',
    summary: 'Keys that sign bundles of the organisation.',
    access: 'read',
    query: PAGE_QUERY,
    answers: z.object({ items: z.array(ANCHOR), next: z.string().optional() }),
    handle: ({ objects, query }) => ({ body: pageOf(objects(BUNDLE_ANCHORS).list(), query) }),
  }),
  defineRoute({
    method: 'post',
    path: '/v1/bundle-anchors',
    operation: 'createBundleAnchor',
    summary:
      'Names the public half of a key that signs bundles; nodes are told theirs at enrolment and by configuration.',
    access: 'administer',
    body: z.strictObject({ name: NAME, key: z.string().min(1).max(200) }),
    answers: ANCHOR,
    async handle({ plane, objects, commit, body, now }) {
      const anchors = objects(BUNDLE_ANCHORS);
      requireAnchors([...anchors.list().map(({ key }) => key), body.key]);
      const id = plane.newId();
      const anchor = { ...body, created: now };
      const index = await commit({
        action: 'bundle_anchors.create',
        object: id,
        effects: [anchors.put(id, anchor, null)],
        details: { ...body },
      });
      return { status: 201, index, location: `/v1/bundle-anchors/${id}`, body: { ...anchor, id } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/bundle-anchors/{anchor}',
    operation: 'removeBundleAnchor',
    summary: 'Takes no bundle of this key any more; what came stays.',
    access: 'administer',
    params: { anchor: ULID },
    async handle({ objects, commit, params }) {
      const anchors = objects(BUNDLE_ANCHORS);
      const anchor = anchors.get(params.anchor);
      if (anchor === undefined) throw new Problem('request.not-found', 'there is no such key');
      await commit({
        action: 'bundle_anchors.remove',
        object: params.anchor,
        effects: [anchors.remove(params.anchor, anchor.index)],
        details: { name: anchor.name, key: anchor.key },
      });
      return {};
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/bundles',
    operation: 'listBundles',
    summary: 'Signed bundles, the oldest first.',
    access: 'read',
    query: PAGE_QUERY,
    answers: z.object({ items: z.array(SHOWN), next: z.string().optional() }),
    handle: ({ objects, query }) => ({ body: pageOf(objects(BUNDLES).list(), query) }),
  }),
  defineRoute({
    method: 'post',
    path: '/v1/bundles',
    operation: 'createBundle',
    summary:
      'Takes a bundle that `writ policy sign` made of an approved version; nothing is activated by it.',
    access: 'work',
    maxBody: MAX_ENVELOPE_BYTES,
    body: z.strictObject({ policyVersion: ULID, envelope: ENVELOPE }),
    answers: SHOWN,
    async handle({ plane, caller, objects, commit, body, now }) {
      const { organisation } = caller;
      const envelope = JSON.stringify(body.envelope);
      const taken = await takeBundle(plane, organisation, { envelope, policyVersion: body.policyVersion });
      const { bundle, hash, anchors } = taken.verified;
      const track = {
        environment: bundle.environment,
        ...(bundle.team === undefined ? {} : { team: bundle.team }),
      };
      const rollouts = objects(ROLLOUTS);
      const rolloutKey = rolloutId(organisation, track);
      const rollout = rollouts.get(rolloutKey);
      requireNext(taken.verified, rollout?.latest);
      await putBlob(plane, organisation, Buffer.from(envelope));
      const id = plane.newId();
      const record: BundleRecord = {
        ...track,
        version: bundle.version,
        hash,
        envelope: hashOf(envelope),
        policyVersion: body.policyVersion,
        policyHash: taken.policyHash,
        created: bundle.created,
        maxAge: bundle.maxAge,
        offline: bundle.offline,
        signers: anchors,
        uploadedBy: caller.id,
        uploaded: now,
      };
      const latest = { bundle: id, version: bundle.version, hash };
      const { id: _id, index: _index, ...before } = rollout ?? { ...track, id: '', index: 0 };
      const after: Rollout = { ...before, latest };
      // INVARIANT: one bundle of a number: the roll-out is another as soon as one came, and whoever saw it before is refused.
      const index = await commit({
        action: 'bundles.create',
        object: id,
        effects: [
          objects(BUNDLES).put(id, record, null),
          rollouts.put(rolloutKey, after, rollout?.index ?? null),
        ],
        details: { ...track, version: bundle.version, hash, policyVersion: body.policyVersion },
      });
      return { status: 201, index, location: `/v1/bundles/${id}`, body: { ...record, id } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/bundles/{bundle}',
    operation: 'getBundle',
    summary: 'What one bundle is.',
    access: 'read',
    params: { bundle: ULID },
    answers: SHOWN,
    handle({ objects, params }) {
      const bundle = objects(BUNDLES).get(params.bundle);
      if (bundle === undefined) throw new Problem('request.not-found', 'there is no such bundle');
      return { index: bundle.index, body: bundle };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/bundles/{bundle}/envelope',
    operation: 'getBundleEnvelope',
    summary: 'The signed envelope, for whoever verifies it or signs the next one.',
    access: 'read',
    params: { bundle: ULID },
    answers: z.unknown(),
    async handle({ plane, caller, objects, params }) {
      const bundle = objects(BUNDLES).get(params.bundle);
      if (bundle === undefined) throw new Problem('request.not-found', 'there is no such bundle');
      const text = Buffer.from(await getBlob(plane, caller.organisation, bundle.envelope)).toString('utf8');
      return new Response(text, { headers: { 'content-type': 'application/json' } });
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/node/bundle',
    operation: 'getNodeBundle',
    summary: 'The bundle of the node that asks; held until it changes where `If-None-Match` names it.',
    access: 'serve',
    query: { wait: z.coerce.number().int().min(0).max(MAX_WAIT_SECONDS).default(0) },
    answers: z.unknown(),
    handle: ({ plane, caller, query, request, signal }) =>
      serveBundle(
        plane,
        { organisation: caller.organisation, node: caller.id, credential: caller.credential },
        { tag: request.headers.get('if-none-match') ?? undefined, waitMs: query.wait * 1_000, signal },
      ),
  }),
];

function requireAnchors(keys: readonly string[]): void {
  try {
    parseTrustAnchors(keys);
  } catch (fault) {
    if (isFault(fault)) throw new Problem('request.invalid', fault.message);
    throw fault;
  }
}
