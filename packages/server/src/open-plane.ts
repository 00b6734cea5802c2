/** The control plane over a log and tables that are open. */
import { type Clock, createUlid, Fault, type OpenLog, type Random, type SigningKey } from '@writ/core';
import type { NoteSigner } from '@writ/core/proof';
import { type Authority, createAuthority } from './authority/index.ts';
import type { ChannelPorts } from './channel-ports/index.ts';
import { isLoopbackUrl } from './http/index.ts';
import { createOutages, type IdentityProvider } from './identity-providers/index.ts';
import { createPlaneMirror } from './mirror/index.ts';
import type { Keeps, Plane } from './plane.ts';
import { collectionIn, createChanges, createRefusals, steadyClock } from './state/index.ts';
import { migrate, type TableStore } from './tables/index.ts';

/** What a control plane is made of; whoever opened log and tables closes them. */
export interface PlaneOptions {
  readonly log: Pick<OpenLog, 'writer' | 'state' | 'reader' | 'verifierKey' | 'isConsumed'>;
  readonly tables: TableStore;
  readonly clock: Clock;
  readonly random: Random;
  /** As clients reach it, without a path. */
  readonly url: string;
  /** Default: the roles' own policies. */
  readonly authority?: Authority;
  /** Keys that it cosigns the logs of nodes with, as a mirror; none of them a witness's. Default: it takes none. */
  readonly mirrorSigners?: readonly NoteSigner[];
  /** Default: none. */
  readonly identityProviders?: readonly IdentityProvider[];
  /** Default: none, and then each answer to a held action is signed by who gives it. */
  readonly attestation?: SigningKey;
  /** Default: approvals 90 days, receipts for ever. */
  readonly keeps?: Keeps;
  /** Default: secrets of channels from the environment, and no private hosts. */
  readonly channels?: ChannelPorts;
  /** How long what nodes disclosed is kept, in milliseconds; default: 30 days. */
  readonly factsKeepMs?: number;
}

/** Brings the tables up to date, and answers the plane. Throws `config.invalid` for plain HTTP beyond the loopback interface, `log.version` or `io.failed` where they cannot be: nothing is served then. */
export async function openPlane(options: PlaneOptions): Promise<Plane> {
  const { log, tables, clock: wallClock, random, url, authority = createAuthority() } = options;
  const clock = steadyClock(wallClock, () => log.state.timeFloor());
  const changes = createChanges({ writer: log.writer, isConsumed: (key) => log.isConsumed(key) }, clock);
  if (new URL(url).protocol !== 'https:' && !isLoopbackUrl(url))
    throw new Fault('config.invalid', 'beyond the loopback interface a control plane is reached over https', {
      hint: 'cookies, passkeys and tokens would be anybody’s on the way',
    });
  await migrate(tables);
  const objects: Plane['objects'] = (organisation, collection) =>
    collectionIn(log.state, organisation, collection);
  const { mirrorSigners: signers = [] } = options;
  return {
    log,
    tables: tables.database,
    changes,
    authority,
    identityProviders: options.identityProviders ?? [],
    outages: createOutages(options.identityProviders ?? [], clock),
    refusals: createRefusals(changes, clock),
    ...(options.attestation === undefined ? {} : { attestation: options.attestation }),
    ...(options.keeps === undefined ? {} : { keeps: options.keeps }),
    ...(options.channels === undefined ? {} : { channels: options.channels }),
    ...(options.factsKeepMs === undefined ? {} : { factsKeepMs: options.factsKeepMs }),
    clock,
    wallClock,
    random,
    url: new URL(url).origin,
    objects,
    ...(signers.length === 0
      ? {}
      : { mirror: createPlaneMirror({ tables: tables.database, objects, clock, signers }) }),
    newId: () => createUlid(clock, random),
  };
}
