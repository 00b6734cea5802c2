/** A node as people and programs are shown it. */
import { z } from 'zod';
import type { Call } from '../api/index.ts';
import { Problem } from '../http/index.ts';
import { ULID } from '../people/index.ts';
import type { Stored } from '../state/index.ts';
import { type NodeRecord, NODES } from './node.ts';

/** A node in answers: its record, without what is the server's own. */
export type NodeShown = Omit<NodeRecord, 'history' | 'enrolment'> & { readonly id: string };

export const NODE_SHOWN: z.ZodType<NodeShown> = z.object({
  id: ULID,
  name: z.string(),
  environment: z.string(),
  team: ULID.optional(),
  agent: ULID.optional(),
  origin: z.string(),
  logKeys: z.array(z.string()),
  keys: z.array(z.object({ id: z.string(), key: z.string(), since: z.int(), until: z.int().optional() })),
  status: z.enum(['active', 'suspended', 'removed']),
  reason: z.string().optional(),
  created: z.int(),
});

export function shownNode({
  history: _history,
  index: _index,
  enrolment: _enrolment,
  ...node
}: Stored<NodeRecord>): NodeShown {
  return node;
}

/** The node `id`. Throws `request.not-found`. */
export function nodeIn(objects: Call['objects'], id: string): Stored<NodeRecord> {
  const node = objects(NODES).get(id);
  if (node === undefined) throw new Problem('request.not-found', 'there is no such node');
  return node;
}

/** The same as it is put again. */
export function recordOf({ id: _id, index: _index, ...node }: Stored<NodeRecord>): NodeRecord {
  return node;
}
