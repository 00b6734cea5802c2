/** The fleet: which nodes there are, how each is, and who may take part no more. */
import { z } from 'zod';
import { type Call, defineRoute, type Route } from '../api/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import {
  NODE_SHOWN,
  nodeIn,
  type NodeRecord,
  NODES,
  type NodeShown,
  recordOf,
  ROTATION_ROUTES,
  shownNode,
} from '../nodes/index.ts';
import { ULID } from '../people/index.ts';
import { historyAfter, type Stored } from '../state/index.ts';
import { fleetOf, LIVE_SHOWN } from './fleet.ts';
import { HEARTBEAT_ROUTE } from './heartbeat.ts';
import { MODES_ROUTE } from './modes.ts';

const NODE = { node: ULID };
const REASON = z.string().min(1).max(500);
const WITH_LIFE = z.intersection(NODE_SHOWN, z.object({ live: LIVE_SHOWN.optional() }));

export const FLEET_ROUTES: readonly Route[] = [
  HEARTBEAT_ROUTE,
  MODES_ROUTE,
  ...ROTATION_ROUTES,
  defineRoute({
    method: 'get',
    path: '/v1/node',
    operation: 'getOwnNode',
    summary: 'The node that asks, as the control plane knows it.',
    access: 'serve',
    answers: NODE_SHOWN,
    handle({ objects, caller }) {
      const node = nodeIn(objects, caller.id);
      return { body: shownNode(node), index: node.index };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/nodes',
    operation: 'listNodes',
    summary: 'The nodes, each with its last heartbeat, how far its log came, and what is missing of it.',
    access: 'read',
    query: {
      ...PAGE_QUERY,
      environment: z.string().max(32).optional(),
      team: ULID.optional(),
      status: z.enum(['active', 'suspended', 'removed']).optional(),
    },
    answers: z.object({ items: z.array(WITH_LIFE), next: z.string().optional() }),
    async handle({ plane, caller, objects, query, now }) {
      const { environment, team, status } = query;
      const found = objects(NODES)
        .list()
        .filter(
          (node) =>
            (environment === undefined || node.environment === environment) &&
            (team === undefined || node.team === team) &&
            (status === undefined || node.status === status),
        );
      const { items, next } = pageOf(found, query);
      const lives = await fleetOf(plane, caller.organisation, items, now);
      const shown = items.map((node) => ({ ...shownNode(node), live: lives.get(node.id) }));
      return { body: { items: shown, ...(next === undefined ? {} : { next }) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/nodes/{node}',
    operation: 'getNode',
    summary: 'One node.',
    access: 'read',
    params: NODE,
    answers: WITH_LIFE,
    async handle({ plane, caller, objects, params, now }) {
      const node = nodeIn(objects, params.node);
      const lives = await fleetOf(plane, caller.organisation, [node], now);
      return { body: { ...shownNode(node), live: lives.get(node.id) }, index: node.index };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/nodes/{node}/suspension',
    operation: 'suspendNode',
    summary: 'Suspends a node: its next request, and its entries, are refused.',
    access: 'stop',
    params: NODE,
    conditional: true,
    body: z.strictObject({ reason: REASON }),
    answers: NODE_SHOWN,
    handle: (call) => changed(call, 'nodes.suspend', 'suspended', call.body.reason),
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/nodes/{node}/suspension',
    operation: 'resumeNode',
    summary: 'Lets a suspended node take part again, with the key that it had.',
    access: 'administer',
    params: NODE,
    conditional: true,
    answers: NODE_SHOWN,
    handle: (call) => changed(call, 'nodes.resume', 'active'),
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/nodes/{node}',
    operation: 'removeNode',
    summary: 'Removes a node for good; what it wrote stays, and its log may be enrolled anew.',
    access: 'administer',
    params: NODE,
    conditional: true,
    async handle(call) {
      await changed(call, 'nodes.remove', 'removed');
      return {};
    },
  }),
];

async function changed(
  { objects, commit, params, expects }: Pick<Call<typeof NODE>, 'objects' | 'commit' | 'params' | 'expects'>,
  action: string,
  status: NodeRecord['status'],
  reason?: string,
): Promise<{ readonly body: NodeShown; readonly index: number }> {
  const node = nodeIn(objects, params.node);
  requireStep(node, status);
  const { reason: _before, ...rest } = recordOf(node);
  const after: NodeRecord = {
    ...rest,
    status,
    ...(reason === undefined ? {} : { reason }),
    history: historyAfter(node),
  };
  const index = await commit({
    action,
    object: node.id,
    details: { reason: reason ?? null },
    effects: [objects(NODES).put(node.id, after, expects)],
  });
  return { body: shownNode({ ...after, id: node.id, index }), index };
}

function requireStep({ status: before }: Stored<NodeRecord>, after: NodeRecord['status']): void {
  if (before === 'removed') throw new Problem('request.final', 'the node was removed; enrol it anew');
  if (before === after) throw new Problem('request.conflict', `the node is ${after} already`);
}
