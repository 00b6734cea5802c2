/** Keys of a node change, and the node does not: it stays the same one, of the same team, agent and log. */
import { isFault, verifyLogKey, verifyRotation } from '@writ/core';
import { formatVerifierKey, type VerifierKey } from '@writ/core/proof';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { Problem } from '../http/index.ts';
import { historyAfter } from '../state/index.ts';
import { KEY_OVERLAP_MS, MAX_LOG_KEYS, nodeKeyOf, NODES } from './node.ts';
import { NODE_SHOWN, nodeIn, recordOf, shownNode } from './shown.ts';

const KEY = z.string().min(1).max(400);
const PROOF = z.string().min(1).max(100);

export const ROTATION_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/node/keys',
    operation: 'rotateNodeKey',
    summary: 'Gives the node another key, which both keys signed; the one before is good for an hour.',
    access: 'serve',
    maxBody: 8_192,
    body: z.strictObject({ key: KEY, endorsement: PROOF, proof: PROOF }),
    // The same key again is the same change.
    naturallyIdempotent: true,
    answers: NODE_SHOWN,
    async handle({ plane, caller, objects, commit, body, now }) {
      const node = nodeIn(objects, caller.id);
      const newest = node.keys.at(-1);
      if (newest?.key === body.key) return { body: shownNode(node), index: node.index };
      // INVARIANT: a key that was replaced gives no other one: whoever took it would take the node.
      if (newest === undefined || newest.id !== caller.credential)
        throw new Problem('request.conflict', 'the key of this node was changed already');
      const { organisation, id } = caller;
      const claim = { audience: plane.url, organisation, node: id, previous: newest.key };
      const key = checked(() => verifyRotation({ ...claim, ...body }));
      const added = nodeKeyOf(formatVerifierKey(key), now);
      if (node.keys.some((known) => known.id === added.id))
        throw new Problem('request.conflict', 'the node had this key before');
      const changed = {
        ...recordOf(node),
        keys: [{ ...newest, until: now + KEY_OVERLAP_MS }, added],
        history: historyAfter(node),
      };
      const index = await commit({
        action: 'nodes.rotate',
        object: id,
        // The evidence: what the key until now signed.
        details: { previous: newest.key, key: added.key, endorsement: body.endorsement },
        effects: [objects(NODES).put(id, changed, node.index)],
      });
      return { status: 201, body: shownNode({ ...changed, id, index }), index };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/node/log-keys',
    operation: 'addNodeLogKey',
    summary: 'Names a further key that signs the node’s log; its entries are taken under it too.',
    access: 'serve',
    maxBody: 8_192,
    body: z.strictObject({ key: KEY, proof: PROOF }),
    naturallyIdempotent: true,
    answers: NODE_SHOWN,
    async handle({ plane, caller, objects, commit, body }) {
      const node = nodeIn(objects, caller.id);
      if (node.logKeys.includes(body.key)) return { body: shownNode(node), index: node.index };
      const { organisation, id } = caller;
      const claim = { audience: plane.url, organisation, node: id, key: body.key };
      const key = checked(() => verifyLogKey(claim, body.proof));
      if (key.name !== node.origin)
        throw new Problem('request.invalid', `the key is of \`${key.name}\`, the log is \`${node.origin}\``);
      if (node.logKeys.length === MAX_LOG_KEYS)
        throw new Problem('request.conflict', `a log has at most ${MAX_LOG_KEYS} keys here`);
      const changed = {
        ...recordOf(node),
        logKeys: [...node.logKeys, formatVerifierKey(key)],
        history: historyAfter(node),
      };
      const index = await commit({
        action: 'nodes.add_log_key',
        object: id,
        details: { key: body.key },
        effects: [objects(NODES).put(id, changed, node.index)],
      });
      return { status: 201, body: shownNode({ ...changed, id, index }), index };
    },
  }),
];

function checked(verify: () => VerifierKey): VerifierKey {
  try {
    return verify();
  } catch (fault) {
    if (isFault(fault)) throw new Problem('request.invalid', `the key is not taken: ${fault.message}`);
    throw fault;
  }
}
