/** What every room of the control plane works with. */
import type { Clock, MirrorAnswer, OpenLog, Random, SigningKey } from '@writ/core';
import type { NoteSigner } from '@writ/core/proof';
import type { Kysely } from 'kysely';
import type { Authority } from './authority/index.ts';
import type { ChannelPorts } from './channel-ports/index.ts';
import type { IdentityProvider, Outages } from './identity-providers/index.ts';
import type { Changes, Collection, CollectionOf, Refusals } from './state/index.ts';
import type { Tables } from './tables/index.ts';

/** The control plane of any number of organisations. */
export interface Plane {
  readonly log: Pick<OpenLog, 'writer' | 'state' | 'reader' | 'verifierKey' | 'isConsumed'>;
  readonly tables: Kysely<Tables>;
  readonly changes: Changes;
  readonly authority: Authority;
  /** Those that people may sign in with; the operator's to say. */
  readonly identityProviders: readonly IdentityProvider[];
  /** Which of them fail, as this server sees it. */
  readonly outages: Outages;
  readonly refusals: Refusals;
  /** Signs answers of people who are known by their sign-in alone; absent, as by default: nobody’s are taken. */
  readonly attestation?: SigningKey;
  /** What sending to channels needs of the operator; default: secrets of the environment, no private hosts. */
  readonly channels?: ChannelPorts;
  /** How long what nodes disclosed is kept, in milliseconds; default 30 days. */
  readonly factsKeepMs?: number;
  /** The time that everything goes by: never before what the log recorded. */
  readonly clock: Clock;
  /** The machine’s own time, which may jump: for what is compared with clocks of others, and never outlives it. */
  readonly wallClock: Clock;
  readonly random: Random;
  /** How long what is only looked at stays; absent: as each says. */
  readonly keeps?: Keeps;
  /** Takes the logs of nodes; absent where the operator gave it no key. */
  readonly mirror?: LogMirror;
  /** As clients reach it, `https://plane.example.org`: audience of proofs, links and redirects. */
  readonly url: string;
  /** Objects of one organisation. */
  objects<Value extends object>(organisation: string, collection: CollectionOf<Value>): Collection<Value>;
  /** A new ULID. */
  newId(): string;
}

/** How long what is only looked at stays here, in milliseconds. The record keeps what its own retention says, whatever stands here. */
export interface Keeps {
  /** Approvals after their end. */
  readonly approvalsMs?: number;
  /** Rows that list entries of nodes, after the time of the entry; absent: for ever. */
  readonly receiptsMs?: number;
}

/** Takes the logs of nodes, as a mirror does (c2sp.org/tlog-mirror). */
export interface LogMirror {
  readonly signers: readonly NoteSigner[];
  addCheckpoint(body: Uint8Array): Promise<MirrorAnswer>;
  /** What was taken is listed when it resolves. `admit` is told whose entries come before the first of them is read; what it throws refuses them. */
  addEntries(chunks: AsyncIterable<Uint8Array>, admit?: (origin: string) => void): Promise<MirrorAnswer>;
  /** Lists what was taken and not listed, as after a kill. */
  catchUp(signal: AbortSignal): Promise<void>;
}
