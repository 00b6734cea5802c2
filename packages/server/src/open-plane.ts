/** The control plane over a log and tables that are open. */
import { type Clock, createUlid, type OpenLog, type Random } from '@writ/core';
import { type Authority, createAuthority } from './authority/index.ts';
import type { Plane } from './plane.ts';
import { collectionIn, createChanges } from './state/index.ts';
import { migrate, type TableStore } from './tables/index.ts';

/** What a control plane is made of; whoever opened log and tables closes them. */
export interface PlaneOptions {
  readonly log: Pick<OpenLog, 'writer' | 'state' | 'reader' | 'verifierKey'>;
  readonly tables: TableStore;
  readonly clock: Clock;
  readonly random: Random;
  /** As clients reach it, without a path. */
  readonly url: string;
  /** Default: the roles' own policies. */
  readonly authority?: Authority;
}

/** Brings the tables up to date, and answers the plane. Throws `log.version` or `io.failed` where they cannot be: nothing is served then. */
export async function openPlane(options: PlaneOptions): Promise<Plane> {
  const { log, tables, clock, random, url, authority = createAuthority() } = options;
  await migrate(tables);
  return {
    log,
    tables: tables.database,
    changes: createChanges(log.writer, clock),
    authority,
    clock,
    random,
    url: new URL(url).origin,
    objects: (organisation, collection) => collectionIn(log.state, organisation, collection),
    newId: () => createUlid(clock, random),
  };
}
