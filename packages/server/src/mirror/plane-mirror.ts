/** The control plane as a mirror of its nodes' logs (c2sp.org/tlog-mirror): whose entries are taken is what the nodes' records say. */
import { type Clock, Mirror, type MirrorStore, parsePublicKey, type PublishTarget } from '@writ/core';
import type { NoteSigner } from '@writ/core/proof';
import type { Kysely } from 'kysely';
import { nodeOfOrigin } from '../nodes/index.ts';
import type { LogMirror, Plane } from '../plane.ts';
import type { Tables } from '../tables/index.ts';
import { indexHeld } from './ingest.ts';
import { createTableMirrorStore, type TableMirrorStore } from './table-store.ts';
import { tableTarget } from './table-target.ts';

/** What it is made of. */
export interface PlaneMirrorParts {
  readonly tables: Kysely<Tables>;
  readonly objects: Plane['objects'];
  readonly clock: Clock;
  /** Its keys; at least one. */
  readonly signers: readonly NoteSigner[];
}

export function createPlaneMirror(parts: PlaneMirrorParts): LogMirror {
  const { tables, objects, clock, signers } = parts;
  const kept = createTableMirrorStore(tables);
  const target = (origin: string): PublishTarget => tableTarget(tables, origin);
  const list = async (origin: string): Promise<void> => {
    const node = nodeOfOrigin({ objects }, origin);
    if (node === undefined) return;
    const { organisation, id } = node;
    await indexHeld(tables, target(origin), { organisation, node: id, origin }, clock);
  };
  const touched = new Set<string>();
  const listings = new Map<string, Promise<void>>();
  const listTouched = async (): Promise<void> => {
    for (const origin of touched) {
      touched.delete(origin);
      const before = listings.get(origin) ?? Promise.resolve();
      const listing = before.catch(() => undefined).then(() => list(origin));
      listings.set(origin, listing);
      const forget = (): void => {
        if (listings.get(origin) === listing) listings.delete(origin);
      };
      listing.then(forget, forget);
    }
    await Promise.all(listings.values());
  };
  const mirror = new Mirror({
    signers,
    target,
    clock,
    parseKey: parsePublicKey,
    store: enrolledStore(kept, parts, (origin) => touched.add(origin)),
  });
  return {
    signers,
    addCheckpoint: (body) => mirror.addCheckpoint(body),
    async addEntries(chunks, admit) {
      try {
        return await mirror.addEntries(chunks, admit);
      } finally {
        await listTouched();
      }
    },
    async catchUp(signal) {
      const behind = await tables
        .selectFrom('mirror_logs')
        .select('origin')
        .whereRef('indexed', '<', 'next')
        .execute();
      // A copy that is broken keeps no other from being listed.
      const ended = [];
      for (const { origin } of behind)
        if (!signal.aborted) ended.push(...(await Promise.allSettled([list(origin)])));
      const failed = ended.find((end) => end.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}

/** The store, except that logs and their keys are those of nodes that take part: no row makes a log one of them. `advanced` is told whose entries came. */
function enrolledStore(
  kept: TableMirrorStore,
  { objects, clock }: Pick<PlaneMirrorParts, 'objects' | 'clock'>,
  advanced: (origin: string) => void,
): MirrorStore {
  return {
    ...kept,
    log(origin) {
      const node = nodeOfOrigin({ objects }, origin);
      return Promise.resolve(
        node === undefined ? undefined : { origin, keys: node.logKeys, enrolledAt: node.created },
      );
    },
    async position(origin) {
      await kept.begin(origin, clock.now());
      return kept.position(origin);
    },
    async advance(origin, revision, change) {
      await kept.advance(origin, revision, change);
      if (change.next !== undefined) advanced(origin);
    },
  };
}
