/** What every room of the control plane works with. */
import type { Clock, OpenLog, Random } from '@writ/core';
import type { Kysely } from 'kysely';
import type { Authority } from './authority/index.ts';
import type { IdentityProvider } from './identity-providers/index.ts';
import type { Changes, Collection, CollectionOf, Refusals } from './state/index.ts';
import type { Tables } from './tables/index.ts';

/** The control plane of any number of organisations. */
export interface Plane {
  readonly log: Pick<OpenLog, 'writer' | 'state' | 'reader' | 'verifierKey'>;
  readonly tables: Kysely<Tables>;
  readonly changes: Changes;
  readonly authority: Authority;
  /** Those that people may sign in with; the operator's to say. */
  readonly identityProviders: readonly IdentityProvider[];
  readonly refusals: Refusals;
  readonly clock: Clock;
  readonly random: Random;
  /** As clients reach it, `https://plane.example.org`: audience of proofs, links and redirects. */
  readonly url: string;
  /** Objects of one organisation. */
  objects<Value extends object>(organisation: string, collection: CollectionOf<Value>): Collection<Value>;
  /** A new ULID. */
  newId(): string;
}
