/** What a node says of itself, every few seconds: kept as its last word, and believed for nothing but to be looked at and to stop what goes wrong. */
import { type Mode, MODES } from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';

/** How often a node speaks, in milliseconds. */
export const HEARTBEAT_EVERY_MS = 10_000;
/** Silence after which a node is told to be stale, in milliseconds: three words that did not come, and some. */
export const STALE_AFTER_MS = 35_000;
const HASH = z.string().regex(/^[0-9a-f]{64}$/);
const COUNT = z.int().min(0);
/** Most policy sets, and most producers, that a node tells of. */
const MAX_SETS = 16;
const MAX_PRODUCERS = 64;
/** Most troubles that it tells of. */
const MAX_TROUBLES = 64;

/** Decisions under one policy set since the node's process began, by verdict. */
export interface DecisionsUnder {
  readonly policyHash: string;
  readonly allow: number;
  readonly modify: number;
  readonly step_up: number;
  readonly defer: number;
  readonly deny: number;
  /** Decided by a fault. */
  readonly errors: number;
}
export const DECISIONS_UNDER: z.ZodType<DecisionsUnder> = z.strictObject({
  policyHash: HASH,
  allow: COUNT,
  modify: COUNT,
  step_up: COUNT,
  defer: COUNT,
  deny: COUNT,
  errors: COUNT,
});

/** What a node says that is wrong with it. Of its words only this list, and names of destinations, are taken. */
export const TROUBLES = ['log', 'publish', 'witness', 'retention', 'export'] as const;
export interface Trouble {
  readonly kind: (typeof TROUBLES)[number];
  /** Of the destination. */
  readonly name?: string | undefined;
}
const TROUBLE: z.ZodType<Trouble> = z.strictObject({
  kind: z.enum(TROUBLES),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
    .optional(),
});

/** The word of a node. */
export interface Heartbeat {
  readonly softwareVersion: string;
  /** When its process began, milliseconds since 1970: counts begin anew with it. */
  readonly since: number;
  /** Of the set in force; absent where there is none. */
  readonly policyHash?: string | undefined;
  /** How that is enforced; absent from nodes that do not tell. */
  readonly mode?: Mode | undefined;
  /** Version of the bundle in force. */
  readonly bundle?: number | undefined;
  /** Entries in its log. */
  readonly size: number;
  /** Last counter of each producer of its log, by boot. */
  readonly producers: readonly { readonly boot: string; readonly counter: number }[];
  readonly decisions: readonly DecisionsUnder[];
  /** What is wrong with it, by its own word. */
  readonly troubles?: readonly Trouble[] | undefined;
}
const HEARTBEAT: z.ZodType<Heartbeat> = z.strictObject({
  softwareVersion: z.string().min(1).max(64),
  since: z.int().min(0),
  policyHash: HASH.optional(),
  mode: z.enum(MODES).optional(),
  bundle: COUNT.optional(),
  size: COUNT,
  producers: z.array(z.strictObject({ boot: ULID, counter: COUNT })).max(MAX_PRODUCERS),
  decisions: z.array(DECISIONS_UNDER).max(MAX_SETS),
  troubles: z.array(TROUBLE).max(MAX_TROUBLES).optional(),
});

/** The last word of a node, and when it came by the server's clock. */
export interface LastHeartbeat extends Heartbeat {
  readonly node: string;
  readonly at: number;
}

export const HEARTBEAT_ROUTE: Route = defineRoute({
  method: 'post',
  path: '/v1/node/heartbeat',
  operation: 'sendHeartbeat',
  summary: 'Takes what a node says of itself.',
  access: 'serve',
  maxBody: 65_536,
  body: HEARTBEAT,
  naturallyIdempotent: true,
  answers: z.object({ everyMs: z.int(), now: z.int() }),
  async handle({ plane, caller, body, now }) {
    const row = { organisation: caller.organisation, at: now, status: JSON.stringify(body) };
    await plane.tables
      .insertInto('heartbeats')
      .values({ node: caller.id, ...row })
      .onConflict((conflict) => conflict.column('node').doUpdateSet(row))
      .execute();
    return { body: { everyMs: HEARTBEAT_EVERY_MS, now } };
  },
});

/** The last words of the nodes of `organisation`, by node. One in an older form is left out. */
export async function lastHeartbeats(
  { tables }: Pick<Plane, 'tables'>,
  organisation: string,
): Promise<ReadonlyMap<string, LastHeartbeat>> {
  const rows = await tables
    .selectFrom('heartbeats')
    .selectAll()
    .where('organisation', '=', organisation)
    .execute();
  const words = new Map<string, LastHeartbeat>();
  for (const { node, at, status } of rows) {
    const read = HEARTBEAT.safeParse(JSON.parse(status));
    if (read.success) words.set(node, { ...read.data, node, at });
  }
  return words;
}
