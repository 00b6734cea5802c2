/** A node shows its code, and the keys that it made itself: from then on it is known by them. */
import { isFault, publicKeyId, type SignedEnrolment, verifyEnrolment } from '@writ/core';
import { formatVerifierKey, type VerifierKey } from '@writ/core/proof';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { Problem } from '../http/index.ts';
import { MAX_LOG_KEYS, nodeKeyOf, type NodeRecord, NODES, originKey, originsOf } from '../nodes/index.ts';
import { ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import type { Stored } from '../state/index.ts';
import { type Enrolment, enrolmentOf, ENROLMENTS } from './enrolment.ts';

const KEY = z.string().min(1).max(400);
const PROOF = z.string().min(1).max(100);

const ENROLLED = z.object({
  organisation: ULID,
  node: ULID,
  name: z.string(),
  environment: z.string(),
  team: ULID.optional(),
  agent: ULID.optional(),
  /** Mirrors of the control plane that the node's log is sent to, as lines of a trust policy. */
  mirrors: z.array(z.object({ name: z.string(), key: z.string(), url: z.string() })),
});
type Enrolled = z.output<typeof ENROLLED>;

export const ENROL_ROUTE: Route = defineRoute({
  method: 'post',
  path: '/v1/enrol',
  operation: 'enrolNode',
  summary: 'Enrols a node with a one-time code and keys that it made itself.',
  access: 'nobody',
  maxBody: 16_384,
  body: z.strictObject({
    code: z.string().min(1).max(200),
    key: KEY,
    logKeys: z.array(KEY).min(1).max(MAX_LOG_KEYS),
    proof: PROOF,
    logProofs: z.array(PROOF).min(1).max(MAX_LOG_KEYS),
  }),
  answers: ENROLLED,
  async handle({ plane, body, now }) {
    const enrolment = enrolmentOf(plane, body.code);
    const keys = keysOf({ ...body, audience: plane.url });
    const before = await usedBefore(plane, enrolment, keys.key, now);
    if (before !== undefined) return { body: answerOf(plane, enrolment.organisation, before) };
    if (enrolment.status === 'revoked' || now >= enrolment.expires)
      throw new Problem('request.gone', 'this enrolment code is not good any more; ask for another one');
    const node = await enrol(plane, enrolment, keys, now);
    return {
      status: 201,
      location: `/v1/nodes/${node.id}`,
      body: answerOf(plane, enrolment.organisation, node),
    };
  },
});

interface Keys {
  readonly key: VerifierKey;
  readonly logKeys: readonly VerifierKey[];
}

function keysOf(enrolment: SignedEnrolment): Keys {
  try {
    return verifyEnrolment(enrolment);
  } catch (fault) {
    if (isFault(fault)) throw new Problem('request.invalid', `the enrolment is not taken: ${fault.message}`);
    throw fault;
  }
}

/** The node that used the code with this key already: its answer was lost. Throws `request.gone` where another key did, and records that the code got about. */
async function usedBefore(
  plane: Plane,
  { id, index, organisation, ...enrolment }: Stored<Enrolment> & { readonly organisation: string },
  key: VerifierKey,
  now: number,
): Promise<(NodeRecord & { readonly id: string }) | undefined> {
  if (enrolment.status !== 'used') return undefined;
  const node = plane.objects(organisation, NODES).get(enrolment.node ?? '');
  if (enrolment.keyId === publicKeyId(key.publicKey) && node !== undefined && now < enrolment.expires)
    return node;
  if (enrolment.seenAgain === undefined)
    await plane.changes.commit({
      action: 'enrolments.seen_again',
      object: id,
      organisation,
      actor: { kind: 'server', id: 'server', concerns: [] },
      effects: [plane.objects(organisation, ENROLMENTS).put(id, { ...enrolment, seenAgain: now }, index)],
    });
  throw new Problem(
    'request.gone',
    'this enrolment code was used already; if it was not by this node, have that node suspended',
  );
}

async function enrol(
  plane: Plane,
  enrolment: Stored<Enrolment> & { readonly organisation: string },
  { key, logKeys }: Keys,
  now: number,
): Promise<NodeRecord & { readonly id: string }> {
  const { id: code, index, organisation, ...rest } = enrolment;
  const origin = logKeys[0]?.name ?? '';
  const origins = originsOf(plane);
  const owner = origins.get(originKey(origin));
  requireFreeLog(plane, organisation, owner);
  const id = plane.newId();
  const node: NodeRecord = {
    name: rest.name,
    environment: rest.environment,
    ...(rest.team === undefined ? {} : { team: rest.team }),
    ...(rest.agent === undefined ? {} : { agent: rest.agent }),
    keys: [nodeKeyOf(formatVerifierKey(key), now)],
    origin,
    logKeys: logKeys.map(formatVerifierKey),
    status: 'active',
    created: now,
    enrolment: code,
    history: [],
  };
  const used: Enrolment = { ...rest, status: 'used', node: id, keyId: publicKeyId(key.publicKey) };
  await plane.changes.commit({
    action: 'nodes.enrol',
    object: id,
    organisation,
    actor: { kind: 'node', id, concerns: [] },
    details: { name: node.name, environment: node.environment, origin, key: node.keys[0]?.id ?? '' },
    // INVARIANT: the code is used up in the log with the node, whichever server is asked.
    consumes: [`enrolment:${code}`],
    effects: [
      plane.objects(organisation, ENROLMENTS).put(code, used, index),
      plane.objects(organisation, NODES).put(id, node, null),
      origins.put(originKey(origin), { organisation, node: id, origin }, owner?.index ?? null),
    ],
  });
  return { ...node, id };
}

/** Throws `request.conflict` where the log is that of a node that was not removed, or of another organisation. */
function requireFreeLog(
  plane: Plane,
  organisation: string,
  owner: { readonly organisation: string; readonly node: string } | undefined,
): void {
  if (owner === undefined) return;
  const isOurs = owner.organisation === organisation;
  if (isOurs && plane.objects(organisation, NODES).get(owner.node)?.status === 'removed') return;
  throw new Problem(
    'request.conflict',
    'this log is that of another node; a new key is given to that one by rotation, or it is removed first',
  );
}

function answerOf(
  plane: Plane,
  organisation: string,
  { id, name, environment, team, agent }: NodeRecord & { readonly id: string },
): Enrolled {
  return {
    organisation,
    node: id,
    name,
    environment,
    ...(team === undefined ? {} : { team }),
    ...(agent === undefined ? {} : { agent }),
    mirrors: (plane.mirror?.signers ?? []).map(({ key }) => ({
      name: key.name,
      key: formatVerifierKey(key),
      url: `${plane.url}/v1/mirror`,
    })),
  };
}
